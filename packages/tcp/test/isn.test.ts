// RFC 9293 3.4.1, RFC 6528: initial sequence numbers. RFC 6056: ports.
import { EADDRINUSE, EADDRNOTAVAIL } from '@tiny/core'
import { expect, it } from 'vitest'
import { address, machine, type Setup } from './machine.ts'
import { OWN, PEER } from './segment.ts'

/** Port and ISS of what is connected with at a time. */
function opened(setup: Setup, now = 0, peerPort = 80, to = PEER, port?: number): { port: number; iss: number } {
  const m = machine(setup)
  m.sleep(now)
  m.poll()
  m.t.connect(address(to), peerPort, {}, port === undefined ? {} : { port })
  m.poll()
  return { port: m.sent[0].srcPort, iss: m.sent[0].seq }
}

it('3.4.1 MUST-8 the initial sequence number follows a clock of 4 microseconds, past its wrap', () => {
  const { iss } = opened({}, 0, 80, PEER, 5000)
  for (const ms of [1, 2, 255, 256, 1000, 17179869])
    expect((opened({}, ms, 80, PEER, 5000).iss - iss) | 0, `${ms}`).toBe(Math.imul(ms, 250))
})

it('3.4.1 SHLD-1 MUST-9 the rest of it is a keyed hash: each address, port and key counts', () => {
  const numbers = new Set<number>()
  for (let k = 0; k < 50; k++) {
    numbers.add(opened({}, 0, 1000 + k, PEER, 5000).iss)
    numbers.add(opened({}, 0, 80, PEER, 5001 + k).iss)
    numbers.add(opened({}, 0, 80, `10.0.0.${20 + k}`, 5000).iss)
    numbers.add(opened({ seed: 2 + k }, 0, 80, PEER, 5000).iss)
    numbers.add(opened({ address: `10.0.0.${100 + k}/24` }, 0, 80, PEER, 5000).iss)
  }
  expect(numbers.size).toBe(250)
  // They are spread: no sixteenth of the numbers is left out.
  expect(new Set([...numbers].map(iss => iss >>> 28)).size).toBe(16)
  // One key, one pair, one time: one number.
  expect(opened({}, 0, 80, PEER, 5000).iss).toBe(opened({}, 0, 80, PEER, 5000).iss)
})

it('RFC 6056 3.3.3 ephemeral ports are of the upper range, not the same for all, and not predicted from another peer', () => {
  const ports = new Set<number>()
  const steps = new Set<number>()
  for (let seed = 1; seed < 60; seed++) {
    const a = opened({ seed }).port
    const b = opened({ seed }, 0, 81).port
    ports.add(a)
    steps.add((b - a) & 0x3fff)
    expect(a).toBeGreaterThanOrEqual(49152)
  }
  expect(ports.size).toBeGreaterThan(50)
  expect(steps.size).toBeGreaterThan(50)
})

it('RFC 6056 a port in use is passed over; a given one is -EADDRINUSE; an address that is not ours -EADDRNOTAVAIL', () => {
  const m = machine({ connections: 64 })
  const ports = new Set<number>()
  for (let i = 0; i < 60; i++) {
    m.t.connect(address(PEER), 80, {})
    m.poll()
    ports.add(m.take()[0].srcPort)
  }
  expect(ports.size).toBe(60)
  const used = [...ports][0]
  expect(m.t.connect(address(PEER), 80, {}, { port: used })).toBe(-EADDRINUSE)
  expect(typeof m.t.connect(address(PEER), 81, {}, { port: used })).toBe('object')
  expect(m.t.connect(address(PEER), 82, {}, { address: address('10.0.0.77') })).toBe(-EADDRNOTAVAIL)
  expect(typeof m.t.connect(address(PEER), 82, {}, { address: address(OWN) })).toBe('object')
})

it('RFC 6056 out of ports: -EADDRNOTAVAIL', { timeout: 60000 }, () => {
  const m = machine({ connections: 16500 })
  for (let i = 0; i < 16384; i++) expect(typeof m.t.connect(address(PEER), 80, {})).toBe('object')
  expect(m.t.connect(address(PEER), 80, {})).toBe(-EADDRNOTAVAIL)
  expect(typeof m.t.connect(address(PEER), 81, {})).toBe('object')
})
