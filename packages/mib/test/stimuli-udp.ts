import { cut, frame, icmp, ip, OWN, octets, PEER, udp } from './frames.ts'
import type { Stimulus } from './stimuli.ts'
import type { Subject } from './subject.ts'

const ALL = [255, 255, 255, 255, 255, 255]

export function udpStimuli(): Stimulus[] {
  const list: Stimulus[] = []
  const one = (name: string, run: (t: Subject) => Promise<unknown>): void =>
    void list.push({
      name: `udp: ${name}`,
      async run(t) {
        await t.udp(7)
        await run(t)
      },
    })
  const put = (name: string, b: () => Uint8Array, to?: number[]): void => one(name, t => t.inject(frame(b(), to)))

  for (const n of [0, 1, 100, 1472]) put(`${n} octets to a socket`, () => udp({ data: Array.from(octets(n)) }))
  put('without a checksum', () => udp({ udpSum: 0 }))
  put('from port 0', () => udp({ from: 0 }))
  put('to a port of nobody', () => udp({ to: 9 }))
  put('to port 0', () => udp({ to: 0 }))
  put('wrong checksum', () => udp({ udpSum: 0x1234 }))
  put('wrong checksum, to a port of nobody', () => udp({ to: 9, udpSum: 0x1234 }))
  for (const udpLength of [0, 1, 7]) put(`length ${udpLength}`, () => udp({ udpLength }))
  put('length beyond the datagram', () => udp({ udpLength: 12 }))
  put('length beyond the datagram, to a port of nobody', () => udp({ to: 9, udpLength: 500 }))
  put('length less than the datagram', () => udp({ udpLength: 10, udpSum: 0 }))
  for (const n of [0, 4, 7])
    put(`${n} octets of a header`, () => ip({ proto: 17, payload: udp().subarray(20, 20 + n) }))
  put('to all, a socket', () => udp({ dst: '255.255.255.255' }), ALL)
  put('to all of the network, a socket', () => udp({ dst: '10.0.0.255' }), ALL)
  put('to all, a port of nobody', () => udp({ dst: '255.255.255.255', to: 9 }), ALL)
  put('to all of the network, a port of nobody', () => udp({ dst: '10.0.0.255', to: 9 }), ALL)
  put('to all systems, a port of nobody', () => udp({ dst: '224.0.0.1', to: 9 }), [1, 0, 0x5e, 0, 0, 1])
  put('to all systems, wrong checksum', () => udp({ dst: '224.0.0.1', udpSum: 5 }), [1, 0, 0x5e, 0, 0, 1])
  one('to a group that was joined, a port of nobody', async t => {
    await t.join('239.1.2.3')
    await t.inject(frame(udp({ dst: '239.1.2.3', to: 9 }), [1, 0, 0x5e, 1, 2, 3]))
  })
  one('in fragments', async t => {
    const whole = udp({ data: Array.from(octets(56)) })
    for (const b of cut({ src: PEER, dst: OWN, proto: 17, id: 6, payload: whole.subarray(20) }, 32))
      await t.inject(frame(b))
  })
  one('ten to a socket', async t => {
    for (let i = 0; i < 10; i++) await t.inject(frame(udp()))
  })
  one('ten to ports of nobody', async t => {
    for (let i = 0; i < 10; i++) await t.inject(frame(udp({ to: 100 + i })))
  })
  one('sent', async t => t.udpSend(1, PEER, 9, 100))
  for (const n of [0, 1, 1472, 1473, 3000])
    list.push({
      name: `udp: ${n} octets sent`,
      async run(t) {
        await t.udpSend(await t.udp(7), PEER, 9, n)
      },
    })
  for (const to of ['192.0.2.1', '255.255.255.255', '10.0.0.255', '224.0.0.1', '239.9.9.9'])
    list.push({
      name: `udp: sent to ${to}`,
      async run(t) {
        await t.udpSend(await t.udp(7), to, 9, 100)
      },
    })
  list.push({
    name: 'udp: sent, and the port is unreachable',
    async run(t) {
      await t.udpSend(await t.udp(7), PEER, 9, 4)
      const sent = t.take()[0]!
      await t.inject(frame(ip({ proto: 1, payload: icmp(3, 3, 0, sent.subarray(14)) })))
    },
  })
  list.splice(
    list.findIndex(s => s.name === 'udp: sent'),
    1,
  )
  return list
}
