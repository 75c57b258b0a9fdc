// The options are what @tiny/core/strict lists, a typing error is one, and a Link is not a Dev.
import type { Dev, Host, Link } from '@tiny/core'
import type { OPTIONS } from '@tiny/core/strict'
import {
  type LossyOptions,
  lossy,
  type PairOptions,
  type SimDev,
  type SimOptions,
  sim,
  type WireOptions,
} from './index.ts'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type Keys<K extends keyof typeof OPTIONS> = (typeof OPTIONS)[K][number]
const same: true[] = []
const isSame = (x: true): number => same.push(x)

isSame(true satisfies Same<Keys<'sim'>, keyof SimOptions>)
isSame(true satisfies Same<Keys<'wire'>, keyof WireOptions>)
isSame(true satisfies Same<Keys<'lossy'>, keyof LossyOptions>)
isSame(true satisfies Same<Keys<'pair'>, keyof PairOptions>)

declare const h: Host
declare const dev: Dev
declare function onLink(l: Link): void

const s = sim({ seed: 1, start: 0x7fffff00 })
// @ts-expect-error misspelt
sim({ sead: 1 })
const ends = s.wire({ delay: 1, queue: 5000 }, { loss: 0.5 })
// @ts-expect-error not an option
s.wire({ lose: 1 })
// @ts-expect-error what a wire is made of is the same for both ends
s.wire({}, { queue: 5000 })
ends[0].impair({ loss: 0.5 })
// @ts-expect-error fixed when the wire is made
ends[0].impair({ mtu: 1400 })
onLink(s.line()[0])
// @ts-expect-error a card wants ethernet() in between
onLink(ends[0])
const d: Dev = lossy(h, dev, { loss: 0.1, seed: 3 })
// @ts-expect-error a wire's own option
lossy(h, dev, { pad: 60 })
// @ts-expect-error what is in between has no cable of its own
lossy(h, ends[0]).cut()
const round: SimDev | Dev = d
void round
