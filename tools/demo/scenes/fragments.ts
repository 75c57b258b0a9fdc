import type { Socket } from '@tiny/udp'
import { LARGEST } from '../machine.ts'
import { plural } from '../paint.ts'
import { type Scene, timeline } from '../scene.ts'

const PORT = 4000
const ATTEMPTS = 20

/** A datagram of three frames. */
export const fragments: Scene = {
  name: 'fragments',
  title: 'Fragmentation',
  about: `a datagram of ${LARGEST.toLocaleString('en')} octets on a wire that takes 1,500 at a time`,
  play(stage, page) {
    const { left, right, net } = stage
    const from = stage.frames.length
    const data = new Uint8Array(LARGEST)
    for (let i = 0; i < data.length; i++) data[i] = net.rand()
    let isWhole = false
    let arrived = 0
    const drain = right.u.bind(
      PORT,
      {
        onDatagram(_, b, o, n) {
          arrived = n
          isWhole = n === data.length && Buffer.compare(data, b.subarray(o, o + n)) === 0
        },
      },
      { queue: 8192 },
    ) as Socket
    const socket = left.u.bind(0, {}) as Socket
    let attempts = 0
    for (; attempts < ATTEMPTS && arrived === 0; attempts++) {
      left.u.send(socket, data, 0, data.length, right.address, 0, PORT)
      net.run(100, () => arrived > 0)
    }
    const frames = timeline(stage, page, from)
    left.u.close(socket)
    right.u.close(drain)
    if (attempts > 1)
      page.line(
        page.paint.warm(`${plural(attempts - 1, 'attempt')} lost a fragment on the wire, and with it the datagram`),
      )
    page.line(
      isWhole
        ? `right has put ${arrived.toLocaleString('en')} octets together again, each as it was sent`
        : page.paint.bad('what arrived is not what was sent'),
    )
    return { passed: isWhole, octets: arrived, attempts, frames }
  },
}
