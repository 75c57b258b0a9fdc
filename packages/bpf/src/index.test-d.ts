// What a filter is, and what it is not: one line that compiles and one that does not, for each rule.
import type { Filter, Host, Link } from '@tiny/core'
import type { OPTIONS } from '@tiny/core/strict'
import { type FilterOptions, filter } from './filter.ts'
import { bpf } from './index.ts'
import { services } from './names.ts'
import { type FilteredOptions, filtered } from './wrap.ts'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type Keys<K extends keyof typeof OPTIONS> = (typeof OPTIONS)[K][number]
const same: true[] = []
const isSame = (x: true): number => same.push(x)

isSame(true satisfies Same<Keys<'filter'>, keyof FilterOptions>)
isSame(true satisfies Same<Keys<'filtered'>, keyof FilteredOptions>)

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

filter('port domain', { names: services, snap: 96 })
// @ts-expect-error misspelt
filter('port domain', { name: services })
// @ts-expect-error names are tables of pairs
filter('port domain', { names: { domain: 53 } })

declare const h: Host
declare const link: Link
const wrapped: Link = filtered(h, link, { send: bpf(filter('tcp')) })
attach(bpf(filter('tcp')))
// @ts-expect-error a filter goes to recv or send
filtered(h, wrapped, bpf(filter('tcp')))
// @ts-expect-error a program is no filter
filtered(h, wrapped, { recv: filter('tcp') })
