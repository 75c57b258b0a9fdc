// A million datagrams to us and back, within a minute or two: nothing is lost, nothing grows.

import { host } from '@tiny/core'
import { prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { udp } from '@tiny/udp'
import { expect, it } from 'vitest'
import { enter, exec, lacking, must, sh } from '../../../tools/netns/index.ts'
import { env, run, tap } from '../src/index.js'

const missing = lacking('python3')
const COUNT = 1_000_000

/**
 * Bursts of 256, each answered before the next goes out; every datagram holds its number. Within a burst the order is not
 * ours to judge: the kernel queues by processor, and a sender that moves to another one overtakes itself.
 */
const CLIENT = `import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
s.settimeout(5); s.connect(("10.0.0.2", 7))
good = 0
for start in range(0, ${COUNT}, 256):
  end = min(start + 256, ${COUNT})
  for i in range(start, end): s.send(struct.pack("!Q", i))
  wanted = set(range(start, end))
  for i in range(start, end):
    try: wanted.remove(struct.unpack("!Q", s.recv(100))[0])
    except (OSError, KeyError): sys.exit("of %d came back %d" % (i, good))
  good += end - start
print(good)`

it.skipIf(missing !== '')(
  `a million datagrams are echoed${missing && ` (there is no ${missing})`}`,
  async () => {
    await enter()
    const dropped: number[] = []
    const h = host(env(), { observer: { drop: id => void dropped.push(id) } })
    const dev = tap()
    const u = udp(ipv4(h, ethernet(h, dev), { address: prefix('10.0.0.2/24') }))
    u.bind(7, { onDatagram: (s, b, o, n, a, port) => void u.send(s, b, o, n, b, a, port) }, { queue: 16384 })
    const stop = run(h, dev)
    await must(sh(`ip addr add 10.0.0.1/24 dev ${dev.name} && ip link set ${dev.name} up`))
    expect((await must(exec('python3', '-c', CLIENT))).trim()).toBe(`${COUNT}`)
    expect(dropped.length).toBeLessThan(10)
    stop()
    dev.close()
  },
  180_000,
)
