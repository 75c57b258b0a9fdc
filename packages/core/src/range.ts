/** What must hold of an argument. @throws RangeError with the text */
export function ensure(isGood: boolean, text: string): void {
  if (!isGood) throw new RangeError(text)
}

/**
 * An option that is a whole number between two bounds, `unless` when it is not given.
 *
 * @throws RangeError, such as `core: room 70000`
 */
export function range(name: string, value: number | undefined, unless: number, least: number, most: number): number {
  const v = value ?? unless
  // Text from JavaScript would be compared as a number, and then joined to one.
  ensure(v >= least && v <= most && (v | 0) === v, `${name} ${v} is not ${least} to ${most}`)
  return v
}
