// The options are what @tiny/core/strict lists; a TAP is a Dev, a TUN a Link, and neither the other.
import type { Dev, Host, Link } from '@tiny/core'
import type { OPTIONS } from '@tiny/core/strict'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { type InterfaceOptions, type TapOptions, tap, tun } from './index.js'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never
const tapOptions: Same<keyof TapOptions, (typeof OPTIONS.tap)[number]> = true
const tunOptions: Same<keyof InterfaceOptions, (typeof OPTIONS.tun)[number]> = true
void tapOptions
void tunOptions

export function composition(h: Host): void {
  const dev: Dev = tap()
  const link: Link = tun()
  ipv4(h, ethernet(h, dev))
  ipv4(h, link)
  // @ts-expect-error frames are not packets: ethernet() goes between
  ipv4(h, tap())
  // @ts-expect-error packets are not frames
  ethernet(h, tun())
  // @ts-expect-error a line has no stations
  tun({ mac: new Uint8Array(6) })
  // @ts-expect-error a typing error
  tap({ names: 'tap0' })
}
