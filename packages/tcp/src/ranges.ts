// Ranges of sequence numbers in one array: start, end, start, end, in order and apart.
import { RANGES } from './const.js'

/**
 * Ranges that are kept of what a buffer holds: every second segment of 1 KB may be missing, since that is what a queue
 * loses that runs over in slow start. Not more than can be walked for each segment, whatever a peer sends.
 */
export const mostRanges = (size: number): number => Math.min(Math.max(RANGES, size >> 11), 4096)

/** Adds the numbers from start to end; ranges that touch them become one. @returns false when there are too many ranges */
export function addRange(r: number[], start: number, end: number, most: number): boolean {
  let i = 0
  while (i < r.length && ((r[i + 1] - start) | 0) < 0) i += 2
  let k = i
  while (k < r.length && ((r[k] - end) | 0) <= 0) {
    if (((r[k] - start) | 0) < 0) start = r[k]
    if (((r[k + 1] - end) | 0) > 0) end = r[k + 1]
    k += 2
  }
  if (k === i) {
    if (r.length >= 2 * most) return false
    r.splice(i, 0, start, end)
  } else {
    r[i] = start
    r[i + 1] = end
    r.splice(i + 2, k - i - 2)
  }
  return true
}
