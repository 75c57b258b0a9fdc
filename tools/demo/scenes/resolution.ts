import type { Socket } from '@tiny/udp'
import { type Scene, timeline } from '../scene.ts'

const DISCARD = 9

/** The first datagram has to find out to which card it goes. */
export const resolution: Scene = {
  name: 'resolution',
  title: 'Address resolution',
  about: 'left has a datagram for 10.0.0.2 and knows no card of that address: the datagram waits while all are asked',
  play(stage, page) {
    const { left, right, net } = stage
    const from = stage.frames.length
    const start = net.now()
    const socket = left.u.bind(0, {}) as Socket
    const drain = right.u.bind(DISCARD, { onDatagram: () => void arrived++ }) as Socket
    let arrived = 0
    let sent = 0
    let tookMs = 0
    // A request or the datagram may be lost: ARP asks again by itself, UDP does not.
    while (arrived === 0 && sent < 10) {
      left.u.send(socket, new Uint8Array([sent++]), 0, 1, right.address, 0, DISCARD)
      if (net.run(5000, () => arrived > 0)) tookMs = net.now() - start
    }
    const frames = timeline(stage, page, from)
    left.u.close(socket)
    right.u.close(drain)
    const answer = frames.find(frame => !frame.isSent)
    page.line(
      answer
        ? `resolved in ${(answer.at - start).toFixed(3)} ms: ${right.ip4} is ${right.mac}; the datagram that waited arrived at ${tookMs.toFixed(3)} ms`
        : page.paint.bad('nobody answered'),
    )
    return { passed: arrived > 0, address: right.ip4, mac: right.mac, tookMs, datagrams: sent, frames }
  },
}
