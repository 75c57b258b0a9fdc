// The options are what @tiny/core/strict lists; a captured Dev stays a Dev, a Link a Link, and nothing more.
import type { Dev, Env, Link } from '@tiny/core'
import type { OPTIONS } from '@tiny/core/strict'
import {
  type CaptureOptions,
  capture,
  type InterfaceOptions,
  type PcapngOptions,
  type PcapOptions,
  pcap,
  pcapng,
  type Sink,
} from './index.ts'
import { type ReaderOptions, type ReplayOptions, reader, replay } from './read.ts'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type Keys<K extends keyof typeof OPTIONS> = (typeof OPTIONS)[K][number]
const same: true[] = []
const isSame = (x: true): number => same.push(x)

isSame(true satisfies Same<Keys<'capture'>, keyof CaptureOptions>)
isSame(true satisfies Same<Keys<'captureAdd'>, keyof InterfaceOptions>)
isSame(true satisfies Same<Keys<'pcapng'>, keyof PcapngOptions>)
isSame(true satisfies Same<Keys<'pcap'>, keyof PcapOptions>)
isSame(true satisfies Same<Keys<'reader'>, keyof ReaderOptions>)
isSame(true satisfies Same<Keys<'replay'>, keyof ReplayOptions>)

declare const env: Env
declare const write: Sink
declare const dev: Dev & { cut(): void }
declare const link: Link

const file = pcapng(env, write, { start: 1 })
// @ts-expect-error misspelt
pcapng(env, write, { starts: 1 })
// @ts-expect-error the classic format has no section header
pcap(env, write, { application: 'x' })
const d: Dev = capture(dev, file, { name: 'x' })
const l: Link = capture(link, file)
// @ts-expect-error not an option
capture(dev, file, { label: 'x' })
// @ts-expect-error what is in between has only what the contract has
capture(dev, file).cut()
// @ts-expect-error a Dev is no Link
const wrong: Link = capture(dev, file)
void [d, l, wrong]

const r = reader((_b, _o, n) => n)
// @ts-expect-error what was read is not to be written to
r.n = 1
// @ts-expect-error a clock that only tells the time cannot wait
replay(env, r, dev)
