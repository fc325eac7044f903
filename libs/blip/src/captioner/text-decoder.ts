import { Tensor } from './onnx-runtime.js';
import type { TextConfiguration } from '../checkpoint/blip-configuration.js';
import type { TokenSearch } from '../generation/token-search.js';
import type { CrossAttentionMemory } from './cross-attention-memory.js';
import type { GraphSession } from './graph-session.js';
import { SelfAttentionMemory } from './self-attention-memory.js';

/** The search of the picture in a slot. */
export interface SlotSearch {
  search: TokenSearch;
  /** Asked before each step: a search that nobody waits for any more leaves the batch. */
  isCancelled: () => boolean;
  onDone: () => void;
}

/** Runs the decoder for a batch of pictures, step by step, until every search is over. */
export class TextDecoder {
  private readonly memory: SelfAttentionMemory;
  private logits = new Float32Array(0);
  private logSumExp = new Float32Array(0);
  /** Tokens that the decoder was asked for, over all batches. */
  generatedTokens = 0;

  constructor(
    private readonly session: GraphSession,
    private readonly text: TextConfiguration,
  ) {
    this.memory = new SelfAttentionMemory(text);
  }

  /**
   * Searches the captions of the pictures in the memory's first slots, all with equal settings. A search that ends, or is
   * cancelled, leaves the batch at once: the following steps are smaller.
   */
  async run(searches: readonly SlotSearch[], pictures: CrossAttentionMemory, maxLength: number): Promise<void> {
    let going = searches;
    this.memory.reset(countRows(going), maxLength);
    for (let newTokens = going[0]?.search.rows[0]!.length ?? 0; going.length > 0; newTokens = 1) {
      await this.step(going, newTokens, pictures);
      going = this.advance(going, pictures);
    }
  }

  private async step(going: readonly SlotSearch[], newTokens: number, pictures: CrossAttentionMemory): Promise<void> {
    const rows = countRows(going);
    const ids = going.flatMap(({ search }) => search.rows.flatMap((tokens) => tokens.slice(-newTokens)));
    const { past, present } = this.memory.step(newTokens);
    this.makeRoom(rows);
    const logits = this.logits.subarray(0, rows * this.text.vocabularySize);
    await this.session.run(
      {
        input_ids: new Tensor('int32', Int32Array.from(ids), [rows, newTokens]),
        ...past,
        ...pictures.tensors(0, going.length),
      },
      {
        logits: new Tensor('float32', logits, [rows, this.text.vocabularySize]),
        log_sum_exp: new Tensor('float32', this.logSumExp.subarray(0, rows), [rows, 1]),
        ...present,
      },
    );
    this.memory.advance(newTokens);
    this.generatedTokens += rows;
  }

  /** Lets every search take its rows' answers, and closes up the memory around those that are over. */
  private advance(going: readonly SlotSearch[], pictures: CrossAttentionMemory): readonly SlotSearch[] {
    const order: number[] = [];
    const slots: number[] = [];
    let firstRow = 0;
    for (const [slot, { search, isCancelled, onDone }] of going.entries()) {
      const rows = search.rows.length;
      const isWanted = !isCancelled();
      const next = isWanted ? search.advance(...this.answers(firstRow, rows)) : undefined;
      if (next) {
        slots.push(slot);
        for (const row of next) order.push(firstRow + row);
      } else if (isWanted) {
        onDone();
      }
      firstRow += rows;
    }
    if (slots.length > 0) this.memory.reorder(order);
    if (slots.length < going.length) pictures.keep(slots);
    return slots.map((slot) => going[slot]!);
  }

  private answers(first: number, count: number): [Float32Array[], number[]] {
    const { vocabularySize } = this.text;
    const rows = Array.from({ length: count }, (_, row) => first + row);
    return [
      rows.map((row) => this.logits.subarray(row * vocabularySize, (row + 1) * vocabularySize)),
      rows.map((row) => this.logSumExp[row]!),
    ];
  }

  private makeRoom(rows: number): void {
    if (rows <= this.logSumExp.length) return;
    this.logits = new Float32Array(rows * this.text.vocabularySize);
    this.logSumExp = new Float32Array(rows);
  }
}

function countRows(searches: readonly SlotSearch[]): number {
  return searches.reduce((sum, { search }) => sum + search.rows.length, 0);
}
