const longestWord = 100;

/**
 * Cuts text into the ids of BERT's uncased WordPiece tokens (`BertTokenizer`: lower case, accents stripped, punctuation and
 * Chinese characters by themselves, then the longest pieces that the vocabulary holds). No special tokens are added.
 */
export class WordPiece {
  private readonly ids: ReadonlyMap<string, number>;

  constructor(vocabulary: readonly string[]) {
    this.ids = new Map(vocabulary.map((token, id) => [token, id]));
  }

  encode(text: string): number[] {
    return words(text).flatMap((word) => this.pieces(word));
  }

  private pieces(word: string): number[] {
    const characters = [...word];
    const unknown = this.ids.get('[UNK]');
    const unknownWord = unknown === undefined ? [] : [unknown];
    if (characters.length > longestWord) return unknownWord;
    const pieces: number[] = [];
    for (let start = 0; start < characters.length;) {
      const found = this.longestPiece(characters, start);
      if (!found) return unknownWord;
      pieces.push(found.id);
      start = found.end;
    }
    return pieces;
  }

  private longestPiece(characters: readonly string[], start: number): { id: number; end: number } | undefined {
    for (let end = characters.length; end > start; end--) {
      const id = this.ids.get((start > 0 ? '##' : '') + characters.slice(start, end).join(''));
      if (id !== undefined) return { id, end };
    }
    return undefined;
  }
}

function words(text: string): string[] {
  return text
    .replace(/[\0\ufffd]|(?![\t\n\r])\p{C}/gu, '')
    .replace(/\p{Script=Han}/gu, ' $& ')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[\p{P}$+<=>^`|~]/gu, ' $& ')
    .split(/\s+/u)
    .filter((word) => word !== '');
}
