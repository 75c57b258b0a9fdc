// The kernel at the other end of a TUN interface: IP without Ethernet.
import { host } from '@tiny/core'
import { address, prefix } from '@tiny/core/text'
import { type Ipv4, ipv4 } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import { ping } from '@tiny/ping'
import { udp } from '@tiny/udp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enter, lacking, must, sh } from '../../../tools/netns/index.ts'
import { env, run, type Tun, tun } from '../src/index.js'
import { until } from './machine.js'

const missing = lacking('ping', 'nc')

describe.skipIf(missing !== '')(`the kernel at the end of a line${missing && ` (there is no ${missing})`}`, () => {
  let link: Tun
  let ip: Ipv4
  let stop = (): void => {}

  beforeAll(async () => {
    await enter()
    link = tun({ name: 'line%d', mtu: 900 })
    const h = host(env(), { room: 65535, pool: 1 << 20 })
    ip = ipv4(h, link, { address: prefix('10.3.0.2/31'), fragment: fragment(), maxDatagram: 65535 })
    stop = run(h, link)
    await must(sh(`ip addr add 10.3.0.3/31 dev ${link.name} && ip link set ${link.name} up`))
  })
  afterAll(() => {
    stop()
    link?.close()
  })

  it('has the name and the MTU that were asked for, on both sides', async () => {
    expect([link.name, link.mtu]).toEqual(['line0', 900])
    expect(await must(sh('ip link show line0'))).toContain('mtu 900')
  })

  it.each([56, 2992, 65507])('pings of %i octets, both ways', async size => {
    expect(await must(sh(`ping -n -c 3 -i 0.05 -W 2 -s ${size} 10.3.0.2`))).toContain('3 received, 0% packet loss')
    const p = ping(ip)
    const sizes: number[] = []
    const s = p.open({ onReply: (_s, _seq, _ms, n) => void sizes.push(n) })
    if (typeof s === 'number') throw new Error(`${s}`)
    p.send(s, address('10.3.0.3'), 0, { size })
    await until(() => sizes.length > 0)
    expect(sizes).toEqual([size])
    p.close(s)
  })

  it('netcat has an answer', async () => {
    const u = udp(ip)
    u.bind(7, { onDatagram: (s, b, o, n, a, port) => void u.send(s, b, o, n, b, a, port) })
    expect(await must(sh('echo hello | nc -u -w 1 10.3.0.2 7'))).toBe('hello\n')
  })
})
