/** The whole number above 0 that a text starts with; undefined without one. */
export function positive(text: string): number | undefined {
  const number = parseInt(text, 10);
  return number > 0 ? number : undefined;
}
