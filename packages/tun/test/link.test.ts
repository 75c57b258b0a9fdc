// The kernel as a neighbour: arping, ping, traceroute and UDP over one TAP interface.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { ECONNREFUSED } from '@tiny/core'
import { address, addressText, macText } from '@tiny/core/text'
import { join, leave } from '@tiny/ipv4'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enter, lacking, must, sh } from '../../../tools/netns/index.ts'
import { type Machine, machine, until } from './machine.js'

const missing = lacking('ping', 'arping', 'traceroute', 'nc', 'tshark', 'python3')

describe.skipIf(missing !== '')(`the kernel on the link${missing && ` (there is no ${missing})`}`, () => {
  let m: Machine
  let kernel: Socket
  const KERNEL = address('10.0.0.1')

  beforeAll(async () => {
    await enter()
    m = machine('10.0.0.2/24', '10.0.0.1', 'tap0')
    await must(sh('ip addr add 10.0.0.1/24 dev tap0 && ip link set tap0 up'))
    kernel = createSocket('udp4').bind(5000, '10.0.0.1')
    await once(kernel, 'listening')
    m.u.bind(7, { onDatagram: (s, b, o, n, a, port) => void m.u.send(s, b, o, n, b, a, port) }, { queue: 1 << 18 })
  })
  afterAll(async () => {
    kernel?.close()
    m?.close()
  })

  it('826 arping finds us, and duplicate address detection too', async () => {
    expect(await must(sh('arping -c 3 -I tap0 10.0.0.2'))).toContain('Received 3 response')
    const found = await sh('arping -D -c 1 -I tap0 10.0.0.2')
    expect([found.code, found.out.toLowerCase()]).toEqual([1, expect.stringContaining(macText(m.dev.mac))])
    expect((await sh('arping -D -c 1 -w 1 -I tap0 10.0.0.99')).code).toBe(0)
  })

  it.each([56, 2992, 65507])('1122 I63 I67 I68 the kernel pings us with %i octets', async size => {
    const said = await must(sh(`ping -n -c 5 -i 0.05 -W 2 -s ${size} 10.0.0.2`))
    expect(said).toContain(`${size + 8} bytes from 10.0.0.2: icmp_seq=5 ttl=64`)
    expect(said).toContain('5 received, 0% packet loss')
  })

  it('826 the kernel knows us as a neighbour', async () => {
    expect(await must(sh('ip neigh show 10.0.0.2'))).toContain(macText(m.dev.mac))
  })

  it('floods of pings are answered without a loss', async () => {
    expect(await must(sh('ping -n -q -f -c 20000 10.0.0.2'))).toContain('20000 received, 0% packet loss')
    expect(await must(sh('ping -n -q -f -s 3000 -c 5000 10.0.0.2'))).toContain('5000 received, 0% packet loss')
  })

  it.each([56, 2992, 65507])('1122 I63 I69 we ping the kernel with %i octets', async size => {
    const replies: number[] = []
    const s = m.p.open({ onReply: (_s, seq, ms, n) => void replies.push(seq, n, ms > 0 && ms < 1000 ? 0 : ms) })
    if (typeof s === 'number') throw new Error(`${s}`)
    for (let i = 0; i < 5; i++) expect(m.p.send(s, KERNEL, 0, { size, timeout: 3000 })).toBe(i)
    await until(() => replies.length === 15)
    m.p.close(s)
    expect(replies).toEqual([0, 1, 2, 3, 4].flatMap(seq => [seq, size, 0]))
  })

  it.each([0, 1, 18, 1472, 1473, 3000, 65507])('768 the kernel sends %i octets and has them back', async size => {
    const sent = Buffer.alloc(size)
    for (let i = 0; i < size; i++) sent[i] = (i * 7) ^ (i >> 8)
    const back = once(kernel, 'message')
    kernel.send(sent, 7, '10.0.0.2')
    const [got, from] = await back
    expect(sent.equals(got)).toBe(true)
    expect([from.address, from.port]).toEqual(['10.0.0.2', 7])
  })

  it.each([0, 1472, 1473, 65507])(
    '768 we send %i octets to a socket of the kernel, which sends them back',
    async size => {
      const sent = Buffer.alloc(size)
      for (let i = 0; i < size; i++) sent[i] = (i * 11) ^ (i >> 8)
      let got: Buffer | undefined
      const s = m.u.bind(
        0,
        {
          onDatagram: (_s, b, o, n, a, port) =>
            (got = Buffer.from(`${addressText(b, a)} ${port} ${Buffer.from(b.subarray(o, o + n)).equals(sent)}`)),
        },
        { queue: 1 << 18 },
      )
      if (typeof s === 'number') throw new Error(`${s}`)
      kernel.once('message', (data, from) => kernel.send(data, from.port, from.address))
      expect(m.u.send(s, sent, 0, size, KERNEL, 0, 5000)).toBe(size)
      await until(() => got !== undefined)
      m.u.close(s)
      expect(`${got}`).toBe('10.0.0.1 5000 true')
    },
  )

  it('1122 I47 I48 a port and a protocol of ours are unreachable to the kernel', async () => {
    // A connected socket is told of it.
    const s = createSocket('udp4')
    s.connect(9, '10.0.0.2')
    await once(s, 'connect')
    const failed = once(s, 'error')
    s.send('x')
    expect((await failed)[0].code).toBe('ECONNREFUSED')
    s.close()
    // A protocol: 253 is nobody's.
    const code = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 253)
s.settimeout(3); s.connect(("10.0.0.2", 0)); s.send(b"8 octets")
try: s.recv(10)
except OSError as e: print(e.errno)`
    expect((await must(sh(`python3 -c '${code}'`))).trim()).toBe('92')
  })

  it('1122 I49 a port of the kernel is unreachable to us', async () => {
    const errors: unknown[] = []
    const s = m.u.bind(0, { onError: (_s, code, b, a, port) => void errors.push(code, addressText(b, a), port) })
    if (typeof s === 'number') throw new Error(`${s}`)
    m.u.send(s, new Uint8Array(1), 0, 1, KERNEL, 0, 9)
    await until(() => errors.length > 0)
    m.u.close(s)
    expect(errors).toEqual([-ECONNREFUSED, '10.0.0.1', 9])
  })

  it('792 traceroute arrives, by UDP and by ICMP', async () => {
    for (const how of ['', '-I']) {
      const said = await must(sh(`traceroute -n ${how} -w 2 -q 2 -N 4 -m 3 10.0.0.2`))
      expect(said).toMatch(/\n 1 {2}10\.0\.0\.2 {2}[\d.]+ ms {2}[\d.]+ ms\n$/)
    }
  })

  it('netcat has an answer', async () => {
    expect(await must(sh('echo hello | nc -u -w 1 10.0.0.2 7'))).toBe('hello\n')
  })

  it('1112 6 a group that we joined reaches us, and one that we left does not', async () => {
    const group = address('224.1.2.3')
    const got: string[] = []
    const s = m.u.bind(5353, {
      onDatagram: (_s, b, o, n, a) =>
        void got.push(addressText(b, a + 4) + String.fromCharCode(...b.subarray(o, o + n))),
    })
    if (typeof s === 'number') throw new Error(`${s}`)
    kernel.setMulticastInterface('10.0.0.1')
    const send = (text: string): Promise<void> =>
      new Promise(resolve => kernel.send(text, 5353, '224.1.2.3', () => resolve()))
    // What comes after it on the wire has been dealt with: so has that.
    const pass = (): Promise<string> => must(sh('ping -n -c 1 -W 2 10.0.0.2'))
    await send('a')
    await pass()
    join(m.ip, group)
    await send('b')
    await until(() => got.length > 0)
    leave(m.ip, group)
    await send('c')
    await pass()
    m.u.close(s)
    expect(got).toEqual(['224.1.2.3b'])
  })

  it('1112 6 what we send to a group reaches a socket of the kernel, and a broadcast does', async () => {
    const group = createSocket({ type: 'udp4', reuseAddr: true }).bind(5354)
    await once(group, 'listening')
    group.addMembership('224.1.2.4', '10.0.0.1')
    const got: string[] = []
    group.on('message', (data, from) => void got.push(`${data} ${from.address}`))
    const s = m.u.bind(0, {})
    if (typeof s === 'number') throw new Error(`${s}`)
    for (const [i, to] of ['224.1.2.4', '255.255.255.255', '10.0.0.255'].entries())
      expect(m.u.send(s, Uint8Array.of(48 + i), 0, 1, address(to), 0, 5354)).toBe(1)
    await until(() => got.length === 3)
    m.u.close(s)
    group.close()
    expect(got).toEqual(['0 10.0.0.2', '1 10.0.0.2', '2 10.0.0.2'])
  })

  it('1122 I65 I66 echo requests to all are not answered', async () => {
    const said = await sh('ping -n -b -c 2 -i 0.1 -W 1 10.0.0.255; ping -n -c 2 -i 0.1 -W 1 -I tap0 224.0.0.1')
    expect(said.out).not.toContain('bytes from')
    expect(
      m.drops.filter(text => text.includes('an ICMP message to a broadcast or multicast address')).length,
    ).toBeGreaterThanOrEqual(2)
  })

  it('an interface that is down is -ENETDOWN below, and works again', async () => {
    await must(sh('ip link set tap0 down'))
    expect(m.dev.send(new Uint8Array(60), 0, 60)).toBe(-100)
    await must(sh('ip link set tap0 up'))
    expect(await must(sh('ping -n -c 1 -W 2 10.0.0.2'))).toContain('1 received')
  })

  it('tshark finds no fault in what we have sent', async () => {
    expect(m.frames.sent).toBeGreaterThan(30000)
    expect(await m.judge()).toBe('')
  })
})
