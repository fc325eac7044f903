const specialTokens: ReadonlySet<string> = new Set(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '[DEC]', '[ENC]']);

/** What the reference's `clean_up_tokenization` closes up, in its order. */
const closedUp = [' .', ' ?', ' !', ' ,', " ' ", " n't", " 'm", " 's", " 've", " 're"] as const;

/**
 * Puts token ids together to text as the reference's WordPiece decoder does: special tokens and ids beyond the vocabulary
 * are left out, `##` pieces joined, spaces before punctuation closed.
 */
export function tokenText(tokenIds: readonly number[], vocabulary: readonly string[]): string {
  const tokens = tokenIds.flatMap((id) => vocabulary[id] ?? []).filter((token) => !specialTokens.has(token));
  const joined = tokens.join(' ').replaceAll(' ##', '').trim();
  return closedUp.reduce((text, ending) => text.replaceAll(ending, ending.trim()), joined);
}
