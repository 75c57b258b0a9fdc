// What a filter is, and what it is not: one line that compiles and one that does not, for each rule.
import type { Filter } from '@tiny/core'
import { bpf } from './index.ts'

declare function attach(filter: Filter): void

attach(bpf([6, 0, 0, 1]))
attach(bpf(Int32Array.of(6, 0, 0, 1)))
// @ts-expect-error an array of numbers was not validated
attach([6, 0, 0, 1])
// @ts-expect-error neither was a typed array
attach(Int32Array.of(6, 0, 0, 1))
// @ts-expect-error a function is no filter
attach((_b: Uint8Array, _o: number, n: number) => n)
// @ts-expect-error nor is an object that runs
attach({ run: () => 1 })
// @ts-expect-error text goes through @tiny/bpf/asm or @tiny/bpf/filter first
bpf('ret #1')
