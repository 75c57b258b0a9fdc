// The kernel as a router between us and another machine of its kind: TTL, redirects, path MTU both ways.
//
//   us 10.0.0.2 ─── tap0 ─┐                        ┌─ 10.0.0.3, 10.9.0.1 ─┐
//                         ├─ br0 10.0.0.1 (router) ┤                      ├ far
//                         └─ port (veth) ──────────┘                      │
//                          east 10.2.0.1 ───── MTU 1280 ───── 10.2.0.2 ───┘
import { EHOSTUNREACH, EMSGSIZE, get16 } from '@tiny/core'
import { address, addressText, macText } from '@tiny/core/text'
import type { Socket } from '@tiny/udp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enter, lacking, must, type Namespace, namespace, sh } from '../../../tools/netns/index.ts'
import { type Machine, machine, until } from './machine.js'

const missing = lacking('ping', 'traceroute', 'tshark', 'python3')

/** Sends back what comes to port 7. */
const ECHO = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 7))
while True:
  data, peer = s.recvfrom(70000)
  s.sendto(data, peer)`

describe.skipIf(missing !== '')(`the kernel as a router${missing && ` (there is no ${missing})`}`, () => {
  const FAR = address('10.2.0.2')
  let m: Machine
  let far: Namespace
  const heard: string[] = []
  let s: Socket

  beforeAll(async () => {
    await enter()
    far = await namespace()
    m = machine('10.0.0.2/24', '10.0.0.1', 'tap0')
    await must(
      sh(`set -e
      sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=1 net.ipv4.icmp_ratelimit=0
      ip link add br0 type bridge && ip link set tap0 master br0 up
      ip link add port type veth peer name near netns ${far.pid} && ip link set port master br0 up
      ip link set br0 up && ip addr add 10.0.0.1/24 dev br0
      ip link add east mtu 1280 type veth peer name west mtu 1280 netns ${far.pid}
      ip link set east up && ip addr add 10.2.0.1/24 dev east
      ip route add 10.9.0.0/24 via 10.0.0.3`),
    )
    await must(
      far.sh(`set -e
      ip link set near up && ip addr add 10.0.0.3/24 dev near
      ip link set west up && ip addr add 10.2.0.2/24 dev west
      ip addr add 10.9.0.1/32 dev lo
      sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.near.rp_filter=0 net.ipv4.conf.west.rp_filter=0
      ip route add 10.0.0.2/32 via 10.2.0.1`),
    )
    void far.exec('python3', '-c', ECHO)
    const opened = m.u.bind(
      0,
      {
        onDatagram: (_s, b, _o, n, a, port) => void heard.push(`${n} of ${addressText(b, a)} ${port}, TTL ${b[a - 4]}`),
        onError: (_s, code, b, a, port) => void heard.push(`error ${code} about ${addressText(b, a)} ${port}`),
      },
      { queue: 1 << 18 },
    )
    if (typeof opened === 'number') throw new Error(`${opened}`)
    s = opened
    // The bridge learns, the peer starts.
    await until(() => ask(1, {}) > 0 && heard.some(text => text.startsWith('1 of')), 10)
    await new Promise(resolve => setTimeout(resolve, 100))
  }, 30_000)
  afterAll(() => {
    m?.close()
    far?.close()
  })

  const payload = new Uint8Array(65507)
  for (let i = 0; i < payload.length; i++) payload[i] = i * 13
  const ask = (n: number, options: { df?: boolean; ttl?: number }): number =>
    m.u.send(s, payload, 0, n, FAR, 0, 7, options)
  async function answer(): Promise<string> {
    await until(() => heard.length > 0)
    return heard.splice(0).join()
  }

  it('1122 I98 what is not on the link goes by the gateway, and comes back', async () => {
    heard.length = 0
    expect(ask(100, {})).toBe(100)
    expect(await answer()).toBe('100 of 10.2.0.2 7, TTL 63')
  })

  it('1122 I59 a TTL too short comes back as an error', async () => {
    expect(ask(100, { ttl: 1 })).toBe(100)
    expect(await answer()).toBe(`error ${-EHOSTUNREACH} about 10.2.0.2 7`)
    expect(ask(100, { ttl: 2 })).toBe(100)
    expect(await answer()).toBe('100 of 10.2.0.2 7, TTL 63')
  })

  it('traceroute of another machine arrives through the router', async () => {
    const said = await must(far.sh('traceroute -n -w 2 -q 1 -N 1 -m 4 10.0.0.2'))
    expect(said).toMatch(/\n 1 {2}10\.2\.0\.1 .* ms\n 2 {2}10\.0\.0\.2 .* ms\n$/)
  })

  it('1191 3 the path MTU to a destination is learnt from the router', async () => {
    const { epoch } = m.ip
    expect(m.ip.mss(FAR, 0)).toBe(1480)
    expect(ask(1400, { df: true })).toBe(1400)
    expect(await answer()).toBe(`error ${-EMSGSIZE} about 10.2.0.2 7`)
    expect([m.ip.mss(FAR, 0), m.ip.epoch !== epoch]).toEqual([1260, true])
    // What does not fit is refused here now, or goes in fragments that fit.
    expect(ask(1253, { df: true })).toBe(-EMSGSIZE)
    expect(ask(1252, { df: true })).toBe(1252)
    expect(await answer()).toBe('1252 of 10.2.0.2 7, TTL 63')
    expect(ask(1400, {})).toBe(1400)
    expect(await answer()).toBe('1400 of 10.2.0.2 7, TTL 63')
    expect(ask(65507, {})).toBe(65507)
    expect(await answer()).toBe('65507 of 10.2.0.2 7, TTL 63')
  })

  it('1191 a narrower link on our side is told to the sender, and what it sends then arrives', async () => {
    await must(sh('ip link set br0 mtu 1000'))
    const said = await far.sh('ping -n -c 2 -i 0.1 -W 1 -M do -s 1200 10.0.0.2')
    expect(said.out).toMatch(/Frag needed and DF set \(mtu = 1000\)/)
    expect(await must(far.sh('ping -n -c 3 -i 0.1 -W 2 -M want -s 1200 10.0.0.2'))).toContain('3 received')
    expect(await must(far.sh('ping -n -c 3 -i 0.1 -W 2 -M dont -s 3000 10.0.0.2'))).toContain('3 received')
    await must(sh('ip link set br0 mtu 1500'))
  })

  it('1122 I53 a redirect of the router is followed', async () => {
    const near = /ether ([\da-f:]+)/.exec(await must(far.sh('ip link show near')))?.[1]
    const hops: string[] = []
    // Where the frames go that leave from here.
    const send = m.dev.send
    m.dev.send = (b, o, n) => {
      if (get16(b, o + 12) === 0x800) hops.push(macText(b, o) === near ? 'direct' : 'router')
      return send(b, o, n)
    }
    const replies: number[] = []
    const p = m.p.open({ onReply: (_p, seq) => void replies.push(seq) })
    if (typeof p === 'number') throw new Error(`${p}`)
    const { epoch } = m.ip
    for (let i = 0; i < 3; i++) {
      m.p.send(p, address('10.9.0.1'), 0, { timeout: 3000 })
      await until(() => replies.length > i)
    }
    m.dev.send = send
    expect(replies).toEqual([0, 1, 2])
    expect([hops[0], hops[hops.length - 1], m.ip.epoch !== epoch]).toEqual(['router', 'direct', true])
    expect(m.drops.filter(text => text.includes('redirect'))).toEqual([])
  })

  it('tshark finds no fault in what we have sent', async () => {
    expect(m.frames.sent).toBeGreaterThan(60)
    expect(await m.judge()).toBe('')
  })
})
