import { CaptionCompleted, type ImageRecorded, type MessageContract } from '@ekphrasis/contracts';
import type { BroadcastListenerOptions, Consumers, Publisher } from '@ekphrasis/messaging';
import { CompletionRecorder } from '../../src/completions/completion-recorder.service.js';
import type { ReportedImagesRepository } from '../../src/completions/reported-images.repository.js';
import { RecordedListener } from '../../src/completions/recorded.listener.js';
import type { DeadLettersRepository } from '../../src/dead-letters/dead-letters.repository.js';
import type { DescribedIdsRepository } from '../../src/images/finished-ids/described-ids.repository.js';
import type { ImageLifecycleRepository } from '../../src/images/lifecycle/image-lifecycle.repository.js';
import { ProcessedIdsRegistry, type DescribedIds } from '../../src/images/finished-ids/processed-ids-registry.js';
import { CaptionQueuePosition } from '../../src/lost-jobs/caption-queue-position.js';
import { ImageProgress } from '@ekphrasis/images';
import { Interleaving } from './interleaving.js';

/** The order in which a replica begins to know: the product's, or the one that looks as good and is wrong. */
export type StartOrder = 'bind, then load' | 'load, then bind';

type Listener = BroadcastListenerOptions<ImageRecorded>;

/** An exclusive queue: what was broadcast since it was bound and is not delivered yet. */
interface Binding {
  listener: Listener;
  queue: ImageRecorded[];
}

interface Replica {
  registry: ProcessedIdsRegistry;
  recorded: RecordedListener;
}

/**
 * The database, the broker and some replicas, simulated around the product's own CompletionRecorder, RecordedListener and
 * ProcessedIdsRegistry. A completion's consumer may die before its commit, between commit and broadcast, or before its ack;
 * a binding may be lost with all that waits in it, and comes back.
 */
export class SimulatedWorld {
  readonly described = new Set<number>();
  readonly replicas: Replica[] = [];
  /** Ids that some registry told before they were in the database. */
  readonly tooEarly: number[] = [];
  private readonly bindings = new Set<Binding>();
  private readonly steps: Interleaving;

  constructor(
    seed: number,
    private readonly order: StartOrder,
  ) {
    this.steps = new Interleaving(seed, () => this.watch());
  }

  async run({ images, replicas }: { images: number; replicas: number }): Promise<void> {
    for (let index = 0; index < replicas; index += 1) void this.bootLater();
    for (let imageId = 1; imageId <= images; imageId += 1) void this.complete(imageId);
    await this.steps.run();
  }

  private watch(): void {
    for (const { registry } of this.replicas) {
      for (const id of registry.list()) if (!this.described.has(id)) this.tooEarly.push(id);
    }
  }

  private async bootLater(): Promise<void> {
    await this.steps.step();
    const registry = new ProcessedIdsRegistry();
    const consumers = { broadcasts: (listener: Listener) => this.listen(listener) } as unknown as Consumers;
    const repository = { describedIds: () => this.describedIds() } as unknown as DescribedIdsRepository;
    const recorded = new RecordedListener(consumers, repository, registry, new ImageProgress());
    this.replicas.push({ registry, recorded });
    await recorded.onApplicationBootstrap();
  }

  /** Some ids a page: between two pages the world goes on. */
  private async *describedIds(): AsyncGenerator<DescribedIds> {
    let after = 0;
    for (;;) {
      await this.steps.step();
      const ids = [...this.described].filter((id) => id > after).sort((a, b) => a - b);
      const page = ids.slice(0, 2);
      await this.steps.step();
      yield { ids: page };
      if (page.length < 2) return;
      after = page.at(-1) ?? after;
    }
  }

  private listen(listener: Listener) {
    void this.bind(listener, this.steps.below(3));
    return { check: () => Promise.resolve(), stop: () => Promise.resolve() };
  }

  /** Binds, delivers, and, `losses` times, loses the binding with what waits in it. */
  private async bind(listener: Listener, losses: number): Promise<void> {
    await this.steps.step();
    const binding: Binding = { listener, queue: [] };
    if (this.order === 'load, then bind') {
      listener.onBound();
      for (let pages = 0; pages < 8; pages += 1) await this.steps.step();
    }
    this.bindings.add(binding);
    if (this.order === 'bind, then load') {
      await this.steps.step();
      listener.onBound();
    }
    if (losses === 0) return;
    for (let patience = this.steps.below(12); patience > 0; patience -= 1) await this.steps.step();
    this.bindings.delete(binding);
    await this.bind(listener, losses - 1);
  }

  private async complete(imageId: number): Promise<void> {
    const report = Object.assign(new CaptionCompleted(), { imageId, description: 'words' });
    const recorder = new CompletionRecorder(
      this.lifecycle(),
      {} as ReportedImagesRepository,
      { forget: () => this.steps.step() } as Partial<DeadLettersRepository> as DeadLettersRepository,
      new CaptionQueuePosition(),
      this.publisher(),
    );
    for (;;) {
      await this.steps.step();
      const acked = await recorder.record([report]).then(
        () => !this.steps.oneIn(6),
        () => false,
      );
      if (acked) return;
    }
  }

  private lifecycle(): ImageLifecycleRepository {
    const none = { ids: [], clients: new Map(), newestQueuedAt: null };
    return {
      keepWaiting: () => Promise.resolve(),
      start: () => Promise.resolve(none),
      fail: () => Promise.resolve(none),
      describe: async (reports: CaptionCompleted[]) => {
        await this.steps.step();
        if (this.steps.oneIn(6)) throw new Error('died before its commit');
        for (const { imageId } of reports) this.described.add(imageId);
        await this.steps.step();
        if (this.steps.oneIn(6)) throw new Error('died between commit and broadcast');
        return { ...none, ids: reports.map(({ imageId }) => imageId) };
      },
    } as Partial<ImageLifecycleRepository> as ImageLifecycleRepository;
  }

  private publisher(): Publisher {
    return {
      send: async (_contract: MessageContract<ImageRecorded>, message: ImageRecorded) => {
        await this.steps.step();
        for (const binding of this.bindings) {
          binding.queue.push(message);
          void this.deliver(binding);
        }
        await this.steps.step();
      },
    } as unknown as Publisher;
  }

  private async deliver(binding: Binding): Promise<void> {
    await this.steps.step();
    const message = binding.queue.shift();
    if (message && this.bindings.has(binding)) binding.listener.onMessage(message);
  }
}
