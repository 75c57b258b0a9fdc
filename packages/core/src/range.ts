/**
 * An option that is a number between two bounds.
 *
 * @throws RangeError, such as `core: room 70000`
 */
export function range(name: string, value: number | undefined, unless: number, least: number, most: number): number {
  const v = value ?? unless
  if (!(v >= least && v <= most)) throw new RangeError(`${name} ${v}`)
  return v
}
