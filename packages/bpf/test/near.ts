// What `.` promises: loads below 2^31. Runs in which X + k reaches 2^31 are for @tiny/bpf/linux.
import type { Filter } from '@tiny/core'
import { memory, run } from '../src/run.ts'
import type { Subject } from './compare.ts'

/** Whether some indirect load of this run reaches an offset from 2^31 on (as an int32: below 0). */
export function reachesFar(program: ArrayLike<number>, b: Uint8Array): boolean {
  let isFar = false
  const watch = (_code: number, i: number): number => {
    if (i < 0) isFar = true
    memory[16] = 1
    return 0
  }
  run(Int32Array.from(program as number[]), b, 0, b.length, watch)
  return isFar
}

export const near = (make: (program: number[]) => Filter): Subject => ({
  make,
  isOut: reachesFar,
  isOwn: message => message.includes('@tiny/bpf/linux'),
})
