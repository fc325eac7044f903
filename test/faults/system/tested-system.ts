import { mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConditionalS3Server } from '../../../libs/storage/test/conditional-s3-server.js';
import { PrivateCluster } from '../../support/cluster/private-cluster.js';
import { AmqpLink } from '../../support/network/amqp-link.js';
import { Link } from '../../support/network/link.js';
import {
  startApplication,
  startPrivatePostgres,
  startPrivateRabbitmq,
  findFreePort,
  type PrivatePostgres,
  type PrivateRabbitmq,
} from '../../support/setup-scripts.js';
import { DatabasePair, type Replication } from './database-pair.js';
import { Member } from './member.js';
import { commonEnvironment, membersOf, processKinds, type Role, type Staff } from './processes.js';
import { PictureSource } from './picture-source.js';

export interface TestedSystemOptions {
  /** Tells its logs from those of other systems: `.run/logs/<name>-….log`. */
  name: string;
  /** `captioning` by default. */
  staff?: Staff;
  storage?: 'directory' | 's3';
  /** With a standby that follows the database in this way. */
  standby?: Replication;
  /** A broker of three nodes. */
  cluster?: boolean;
  /** A broker of the older one of two versions. */
  olderBroker?: boolean;
  /** For every process. */
  environment?: Record<string, string>;
}

/** What a fault can be done to: broker, database and storage of its own, two API replicas, and the other processes of its staff. */
export class TestedSystem {
  readonly members: Member[] = [];
  private readonly undoing: (() => Promise<unknown>)[] = [];
  /** Where task consumers find the message service. */
  private grpcPort = 0;

  private constructor(
    private readonly options: TestedSystemOptions,
    private currentBroker: PrivateRabbitmq,
    readonly database: PrivatePostgres,
    readonly pictures: PictureSource,
    /** Where API and workers keep results and uploads, unless that is S3: a link to where they really are. */
    private readonly directoryLink: string,
    /** The same, where they are kept in S3. */
    readonly objects: ConditionalS3Server,
    private readonly pair?: DatabasePair,
    /** The nodes that the broker is one of, where there are several. */
    private readonly clusterOfBroker?: PrivateCluster,
  ) {}

  static async open(options: TestedSystemOptions): Promise<TestedSystem> {
    const root = await mkdtemp(join(tmpdir(), 'ekphrasis-faults-'));
    const cluster = options.cluster ? await PrivateCluster.start(join(root, 'rabbitmq')) : undefined;
    const broker =
      cluster?.nodes[0] ??
      (await startPrivateRabbitmq({ directory: join(root, 'rabbitmq'), older: options.olderBroker }));
    const pair = options.standby && (await DatabasePair.open(root, options.standby));
    const database = pair?.primary ?? (await startPrivatePostgres({ directory: join(root, 'postgres') }));
    const [pictures, objects] = [await PictureSource.start(), await ConditionalS3Server.start()];
    const system = new TestedSystem(options, broker, database, pictures, join(root, 'data'), objects, pair, cluster);
    system.undoing.push(
      () => rm(root, { recursive: true, force: true }),
      () => rm(database.directory, { recursive: true, force: true }),
      () => database.kill(),
      async () => pair?.close(),
      () => cluster?.close() ?? broker.kill().then(() => broker.stop()),
      () => pictures.stop(),
      () => objects.stop(),
    );
    try {
      await mkdir(`${system.directoryLink}-kept`);
      await system.moveStorage();
      system.grpcPort = await findFreePort();
      await Promise.all(membersOf(system.staff).map(({ role, name }) => system.add(role, name)));
      system.members.sort((one, other) => one.name.localeCompare(other.name));
      return system;
    } catch (error) {
      await system.close();
      throw error;
    }
  }

  get staff(): Staff {
    return this.options.staff ?? 'captioning';
  }

  get apis(): [Member, Member] {
    return this.inRole('api');
  }

  get workers(): [Member, Member] {
    return this.inRole('worker');
  }

  /** Those of one role; the message service is one alone. */
  inRole(role: Role): [Member, Member] {
    return this.members.filter((member) => member.role === role) as [Member, Member];
  }

  get broker(): PrivateRabbitmq {
    return this.currentBroker;
  }

  /** Starts an empty broker, which counts as the system's from now on; nobody is connected to it. @returns the old one, which runs on */
  async anotherBroker(): Promise<PrivateRabbitmq> {
    const old = this.broker;
    const next = await startPrivateRabbitmq({ directory: `${old.directory}-next` });
    this.undoing.push(() => next.kill().then(() => next.stop()));
    this.currentBroker = next;
    return old;
  }

  /** The database with its standby. @throws where it has none */
  get databases(): DatabasePair {
    if (!this.pair) throw new Error('There is no standby');
    return this.pair;
  }

  /** @throws where the system has no cluster */
  get cluster(): PrivateCluster {
    if (!this.clusterOfBroker) throw new Error('The broker is one node');
    return this.clusterOfBroker;
  }

  get storageKind(): 'directory' | 's3' {
    return this.options.storage ?? 'directory';
  }

  /** @throws where nobody has that name */
  named(name: string): Member {
    const found = this.members.find((member) => member.name === name);
    if (!found) throw new Error(`Nobody is called ${name}`);
    return found;
  }

  /** Whether everybody runs and is ready. */
  async isWell(): Promise<boolean> {
    return (await Promise.all(this.members.map((member) => member.isReady()))).every(Boolean);
  }

  /**
   * Lets API and workers find another directory, or whatever else is at `path`, where they had theirs; without a path, theirs again.
   * From one moment to the next: nobody finds nothing in between.
   */
  async moveStorage(path = `${this.directoryLink}-kept`): Promise<void> {
    const link = `${this.directoryLink}-next`;
    await symlink(path, link);
    await rename(link, this.directoryLink);
  }

  /** What storage holds for an image, or undefined. */
  async resultOf(imageId: number): Promise<string | undefined> {
    if (this.storageKind === 's3') {
      const found = this.objects.objects.get(`/ekphrasis/${imageId}.txt`);
      return found && Buffer.from(found).toString('utf8');
    }
    return readFile(join(this.directoryLink, `${imageId}.txt`), 'utf8').catch(() => undefined);
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.close()));
    for (const undo of this.undoing.splice(0).reverse()) {
      await undo().catch((error: Error) => console.error(`While stopping: ${error.message}`));
    }
  }

  private async add(role: Role, name: string): Promise<void> {
    const { application, usesDatabase } = processKinds[role];
    const broker = await AmqpLink.open(this.broker.url);
    const database = usesDatabase ? await Link.open(this.database.url) : undefined;
    const environment = {
      ...commonEnvironment,
      RABBITMQ_URL: this.clusterOfBroker?.url ?? broker.url,
      ...(database && { DATABASE_URL: this.pair?.withStandby(database.url) ?? database.url }),
      ...this.storageEnvironment(name),
      // picture server and object store tell by these who asks
      FETCH_USER_AGENT: name,
      GRPC_PORT: String(this.grpcPort),
      GRPC_TARGET: `127.0.0.1:${this.grpcPort}`,
      ...this.options.environment,
    };
    const launch = async (port: number, readyPath?: string) =>
      startApplication(application, {
        name: `${this.options.name}-${name}`,
        environment,
        port: port || (await findFreePort()),
        readyPath,
      });
    this.members.push(await Member.start(role, name, { broker, database }, launch));
  }

  private storageEnvironment(name: string): Record<string, string> {
    if (this.storageKind === 'directory') return { DATA_DIR: this.directoryLink };
    return {
      S3_ENDPOINT: `http://127.0.0.1:${this.objects.port}`,
      S3_BUCKET: 'ekphrasis',
      S3_CREATE_BUCKET: 'true',
      S3_ACCESS_KEY_ID: name,
      S3_SECRET_ACCESS_KEY: 'suite-secret',
      S3_FORCE_PATH_STYLE: 'true',
    };
  }
}
