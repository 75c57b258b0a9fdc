// Classic BPF (McCanne and Jacobson, USENIX 1993), with the instructions and the rules of Linux.
import type { Filter } from '@tiny/core'
import { check } from './check.js'
import { run } from './run.js'

/**
 * Validates a program and makes a filter of it.
 *
 * @param program four numbers for each instruction: code, jt, jf, k, as `tcpdump -ddd` prints them behind its count;
 * copied. @tiny/bpf/asm makes it from every other form, @tiny/bpf/filter from tcpdump's language.
 * @returns run(b, o, n) gives the verdict as int32: 0 refuses the packet; as an unsigned number it is the count of
 * octets to keep, so that -1 keeps all
 * @throws RangeError that names the first instruction at fault and the rule
 */
export function bpf(program: ArrayLike<number>): Filter {
  const p = check(program)
  return { bpf: p, run: (b, o, n) => run(p, b, o, n) }
}
