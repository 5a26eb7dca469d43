import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Database, TransactionOptions } from './database.js';
import { databaseErrors } from './errors.js';
import type { Tx } from './transaction.js';

/** What every generated client can do; its types stay with the service (`*.prisma.ts`). */
export interface PrismaClientLike {
  $transaction(...args: never[]): Promise<unknown>;
  $disconnect(): Promise<void>;
}

/** The client inside a transaction: what Prisma hands to the callback of `$transaction`. */
export type PrismaTransaction<C> = Omit<C, '$connect' | '$disconnect' | '$on' | '$use' | '$extends' | '$transaction'>;

/** The overload of `$transaction` that takes a callback; a constraint on C could not pick it from the others. */
interface InteractiveClient<P> {
  $transaction<T>(run: (prisma: P) => Promise<T>, options: { maxWait: number; timeout: number }): Promise<T>;
}

type Run<C, T> = (prisma: PrismaTransaction<C>, tx: Tx) => Promise<T>;

/** Longer than any statement may take: the database's own limits decide, not Prisma's clock. */
const UNLIMITED = { maxWait: 600_000, timeout: 600_000 };

/**
 * A generated Prisma client whose statements run in the transactions of `Database`, and nowhere else. SQL (`tx`) and Prisma
 * of one callback share one connection, one tenant and one commit, so that a Prisma write and its facts go together.
 *
 * Prisma gets a pool that has no connections: starting a transaction on it takes the connection of the surrounding
 * `asTenant`, BEGIN, COMMIT and ROLLBACK are left to `Database`, and a query outside of a transaction fails. A plain
 * `findUnique` could not be given a tenant safely: Prisma merges those of one tick, whoever asked.
 */
export class TenantPrisma<C extends PrismaClientLike> {
  private readonly current = new AsyncLocalStorage<pg.PoolClient>();
  private readonly client: C;

  constructor(
    private readonly db: Database,
    create: (adapter: PrismaPg) => C,
  ) {
    this.client = create(new PrismaPg(new BorrowingPool(this.current), { schema: db.schema }));
  }

  /** As `Database.asTenant`. */
  asTenant<T>(tenantId: string, run: Run<C, T>, options?: TransactionOptions): Promise<T> {
    return this.db.asTenant(tenantId, (tx) => this.within(tx, run), options);
  }

  /** As `Database.asWorker`. */
  asWorker<T>(run: Run<C, T>, options?: TransactionOptions): Promise<T> {
    return this.db.asWorker((tx) => this.within(tx, run), options);
  }

  /** Joins a transaction that is open already. */
  within<T>(tx: Tx, run: Run<C, T>): Promise<T> {
    const client = this.client as unknown as InteractiveClient<PrismaTransaction<C>>;
    return this.current.run(tx.client, () => client.$transaction((prisma) => run(prisma, tx), UNLIMITED));
  }

  close(): Promise<void> {
    return this.client.$disconnect();
  }
}

/** `create` makes the generated client: `(adapter) => new PrismaClient({ adapter })`. */
export function tenantPrisma<C extends PrismaClientLike>(db: Database, create: (adapter: PrismaPg) => C): TenantPrisma<C> {
  return new TenantPrisma(db, create);
}

class BorrowingPool extends pg.Pool {
  constructor(private readonly current: AsyncLocalStorage<pg.PoolClient>) {
    super({ max: 1 });
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Parameters<pg.Pool['connect']>[0]): void;
  override connect(): Promise<pg.PoolClient> {
    const client = this.current.getStore();
    return client ? Promise.resolve(lent(client)) : Promise.reject(databaseErrors.prismaOutsideTransaction());
  }

  override query(): never {
    throw databaseErrors.prismaOutsideTransaction();
  }
}

const BRACKETS = /^(BEGIN|COMMIT|ROLLBACK)$/;
const NOTHING = { rows: [], fields: [], rowCount: 0, command: '', oid: 0 };

/** The connection, on loan: begin and end of its transaction, and giving it back to its pool, are not the borrower's. */
function lent(client: pg.PoolClient): pg.PoolClient {
  return new Proxy(client, {
    get(target, name) {
      if (name === 'release') return () => undefined;
      if (name === 'query') {
        return (query: pg.QueryConfig) => (BRACKETS.test(query.text) ? Promise.resolve(NOTHING) : target.query(query));
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
