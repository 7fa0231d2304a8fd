/**
 * The failure function of Knuth, Morris and Pratt, in linear time.
 * @returns for each character, how many characters that end with it are also the beginning of the text, all of the text up
 * to it not counted
 */
export function prefixLengths(text: string): Int32Array {
  const lengths = new Int32Array(text.length);
  let length = 0;
  for (let at = 1; at < text.length; at++) {
    while (length > 0 && text[at] !== text[length]) length = lengths[length - 1] ?? 0;
    if (text[at] === text[length]) length++;
    lengths[at] = length;
  }
  return lengths;
}
