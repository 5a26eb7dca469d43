/** What the login page needs to know of the installation. */
export class LoginSettings {
  constructor(
    readonly proxyHops: number,
    readonly consoleUrl: string,
  ) {}
}
