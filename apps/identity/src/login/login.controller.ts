import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { errors, type Interaction } from 'oidc-provider';
import { OpenId } from '../provider/openid.js';
import { hashPassword, LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../users/password.js';
import { UserStore, type User } from '../users/users.store.js';
import { addressOf } from './client-address.js';
import { Credentials } from './credentials.js';
import { FormProof } from './form-proof.js';
import { LoginSettings } from './login-settings.js';
import { changePage, errorPage, loginPage, type PasswordProblem } from './pages.js';
import { languageOf, type Language } from './texts.js';

type Fields = Readonly<Record<string, unknown>>;

/** A login under way, as the browser's cookie names it. */
interface Login {
  interaction: Interaction;
  page: { language: Language; action: string; proof: string };
}

/** The login page: a name, a password, and a new password where the old one was set by somebody else. */
@Controller('realms/:realm/login-actions')
export class LoginController {
  constructor(
    private readonly openid: OpenId,
    private readonly credentials: Credentials,
    private readonly users: UserStore,
    private readonly proofs: FormProof,
    private readonly settings: LoginSettings,
  ) {}

  @Get('authenticate/:uid')
  async show(@Param('uid') uid: string, @Req() req: Request, @Res() res: Response): Promise<void> {
    const login = await this.underWay(uid, req, res);
    if (!login) return this.expired(req, res);
    const hint = login.interaction.params['login_hint'];
    send(res, 200, loginPage({ ...login.page, login: typeof hint === 'string' ? hint : '' }));
  }

  @Post('authenticate/:uid')
  async logIn(@Param('uid') uid: string, @Body() fields: Fields | undefined, @Req() req: Request, @Res() res: Response): Promise<void> {
    const login = await this.underWay(uid, req, res);
    if (!login || !this.proofs.isOf(uid, fields?.['proof'])) return this.expired(req, res);
    const name = textOf(fields, 'username');
    const checked = await this.credentials.check(name, textOf(fields, 'password'), addressOf(req, this.settings.proxyHops));
    if (checked.outcome === 'logged-in') return this.finish(checked.user, req, res);
    // Below the path of the login: the browser's cookie goes there as well.
    const action = `${login.page.action}/new-password`;
    if (checked.outcome === 'password-change-due') return this.askForPassword({ ...login.page, action }, uid, checked.user, res);
    send(res, 200, loginPage({ ...login.page, login: name, problem: checked.outcome === 'ambiguous' ? 'ambiguous' : 'wrong' }));
  }

  @Post('authenticate/:uid/new-password')
  async changePassword(
    @Param('uid') uid: string,
    @Body() fields: Fields | undefined,
    @Req() req: Request,
    @Res() res: Response,
  ): Promise<void> {
    const login = await this.underWay(uid, req, res);
    const userId = this.proofs.userOf(uid, fields?.['ticket']);
    const user = userId === undefined ? undefined : await this.users.find(userId);
    if (!login || !user?.enabled || !user.passwordTemporary || !this.proofs.isOf(uid, fields?.['proof'])) return this.expired(req, res);
    const password = textOf(fields, 'password');
    const problem = problemOf(password, textOf(fields, 'repeated'));
    if (problem) return this.askForPassword(login.page, uid, user, res, problem);
    await this.users.setPassword(user.id, await hashPassword(password), false);
    await this.finish(user, req, res);
  }

  private askForPassword(page: Login['page'], uid: string, user: User, res: Response, problem?: PasswordProblem): void {
    const ticket = this.proofs.ticket(uid, user.id);
    send(res, 200, changePage({ ...page, ticket, username: user.username, ...(problem && { problem }) }));
  }

  private async finish(user: User, req: Request, res: Response): Promise<void> {
    try {
      res.redirect(303, await this.openid.provider.interactionResult(req, res, { login: { accountId: user.id, amr: ['pwd'] } }));
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      // A new password has ended the session that the browser came with.
      this.expired(req, res);
    }
  }

  /** The login that both the path and the browser's cookie name; undefined when there is none, or none any more. */
  private async underWay(uid: string, req: Request, res: Response): Promise<Login | undefined> {
    try {
      const interaction = await this.openid.provider.interactionDetails(req, res);
      if (interaction.uid !== uid || interaction.prompt.name !== 'login') return undefined;
      const language = languageOf(req, interaction.params['ui_locales']);
      return { interaction, page: { language, action: req.path, proof: this.proofs.of(uid) } };
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return undefined;
      throw error;
    }
  }

  private expired(req: Request, res: Response): void {
    send(res, 400, errorPage(languageOf(req), this.settings.consoleUrl, 'expired'));
  }
}

function problemOf(password: string, repeated: string): PasswordProblem | undefined {
  if (password.length < SHORTEST_PASSWORD || password.length > LONGEST_PASSWORD) return 'tooShort';
  return password === repeated ? undefined : 'different';
}

function textOf(fields: Fields | undefined, name: string): string {
  const value = fields?.[name];
  return typeof value === 'string' ? value : '';
}

function send(res: Response, status: number, page: string): void {
  res.status(status).type('html').send(page);
}
