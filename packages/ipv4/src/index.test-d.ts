// What fits together, and what does not: one line that compiles and one that does not, for each rule.
import type { Dev, Host, Ip, Link } from '@tiny/core'
import type { OPTIONS } from '@tiny/core/strict'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { fragment } from './fragment.ts'
import { type GatewaysOptions, gateways } from './gateway.ts'
import { configure, type Ipv4Options, ipv4, join, leave } from './index.ts'
import { type LocalOptions, local } from './local.ts'

declare const h: Host
declare const dev: Dev
declare const link: Link

// A device moves frames: between it and IP there is a link.
const ip = ipv4(h, ethernet(h, dev))
ipv4(h, link)
ipv4(h, local(h, link))
// @ts-expect-error a bare device is no link
ipv4(h, dev)
// @ts-expect-error nor is it one with delivery to oneself
ipv4(h, local(h, dev))
// @ts-expect-error a link moves packets, not frames
ethernet(h, link)
// @ts-expect-error the host comes first
ipv4(link, h)

// An interface is an Ip for the transports.
const plain: Ip = ip
// @ts-expect-error but not each Ip is an interface that can be configured
configure(plain, null)
// @ts-expect-error the epoch is ip's to move
ip.epoch++

// Options are known, and each has its type.
const all: Ipv4Options = {
  address: prefix('10.0.0.2/24'),
  gateways: gateways([address('10.0.0.1')], { paths: 32 }),
  fragment: fragment(),
  maxDatagram: 1500,
  reassemblies: 4,
  ttl: 64,
}
ipv4(h, link, all)
ipv4(h, link, {})
// @ts-expect-error an option that ipv4 does not know
ipv4(h, link, { mtu: 1500 })
// @ts-expect-error nor this one
ipv4(h, link, { forward: true })
// @ts-expect-error an address is octets and a length
ipv4(h, link, { address: '10.0.0.2/24' })
// @ts-expect-error without its length it is no prefix
ipv4(h, link, { address: address('10.0.0.2') })
// @ts-expect-error addresses are no slot: gateways([...]) is
ipv4(h, link, { gateways: [address('10.0.0.1')] })
// @ts-expect-error the function is no slot: fragment() is
ipv4(h, link, { fragment })
// @ts-expect-error a slot is there or not
ipv4(h, link, { fragment: true })
// @ts-expect-error an option that gateways does not know
gateways([], { route: 1 })
// @ts-expect-error addresses are octets
gateways(['10.0.0.1'])
// @ts-expect-error an option that local does not know
local(h, link, { size: 4096 })

// What changes at run time.
configure(ip, prefix('10.0.0.3/24'))
configure(ip, null)
// @ts-expect-error text goes through prefix() first
configure(ip, '10.0.0.3/24')
gateways([]).set([address('10.0.0.1')])
const answer: number = join(ip, address('239.1.2.3')) + leave(ip, address('239.1.2.3'))
// @ts-expect-error groups are octets
join(ip, '239.1.2.3')

export { answer }

// The lists of strict() hold the keys of the types, and no others.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type Keys<K extends keyof typeof OPTIONS> = (typeof OPTIONS)[K][number]
export const ofIpv4: Same<keyof Ipv4Options, Keys<'ipv4'>> = true
export const ofGateways: Same<keyof GatewaysOptions, Keys<'gateways'>> = true
export const ofLocal: Same<keyof LocalOptions, Keys<'local'>> = true
// @ts-expect-error the comparison can fail
export const ofNone: Same<keyof LocalOptions, Keys<'gateways'>> = true
