import { DLT_RAW } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { IFF_TUN } from './const.js'
import { wire } from './device.js'
import { open } from './open.js'
import type { InterfaceOptions, Tun } from './types.js'

/**
 * Opens a TUN interface: a Link from our IP to the kernel's, without Ethernet. Whatever hop a packet is sent to, it goes
 * to the kernel. Otherwise as tap().
 *
 * @throws as tap() does
 */
export function tun(options?: InterfaceOptions): Tun {
  const o = strict('tun', options ?? {})
  const opened = open(IFF_TUN, 'tun', o)
  const link: Tun = {
    type: DLT_RAW,
    name: opened.name,
    mtu: opened.mtu,
    caps: 0,
    send: (b, at, n) => w.send(b, at, n),
    recv() {},
    close: () => w.close(),
  }
  const w = wire(opened, link, o.onGone)
  return link
}
