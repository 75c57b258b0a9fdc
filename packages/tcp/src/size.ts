import { ensure, range } from '@tiny/core'

/** The size of a buffer. @throws RangeError unless it is a power of two from 256 to `most` */
export function ringSize(name: string, size: number | undefined, unless: number, most: number): number {
  const v = range(name, size, unless, 256, most)
  ensure(!(v & (v - 1)), `${name} ${v} is no power of two`)
  return v
}
