/** Tokens of every caption here, bos and sep included: the reference's default length, for the naive model as for ours. */
export const captionLength = 20;
