// RFC 1112 6.4: groups on Ethernet. RFC 894: the broadcast address.
import { EOPNOTSUPP } from '@tiny/core'
import { expect, it } from 'vitest'
import { int } from './frame.ts'
import { station } from './station.ts'

const GROUPS: [string, string][] = [
  ['224.0.0.1', '01:00:5e:00:00:01'],
  ['224.0.0.251', '01:00:5e:00:00:fb'],
  ['224.128.0.1', '01:00:5e:00:00:01'],
  ['225.127.255.254', '01:00:5e:7f:ff:fe'],
  ['239.255.255.255', '01:00:5e:7f:ff:ff'],
  ['232.1.2.3', '01:00:5e:01:02:03'],
]

it.each(GROUPS)('RFC 1112 6.4 %s is sent to %s, and nobody is asked', (group, to) => {
  const s = station()
  expect(s.send(group, [9])).toBe(0)
  expect(s.take()).toEqual([`${to} ip 9`])
  expect(s.used()).toBe(0)
})

it.each(GROUPS)('RFC 1112 6.4 to receive %s the device is asked for %s', (group, to) => {
  const s = station()
  expect(s.link.join?.(int(group))).toBe(0)
  s.link.leave?.(int(group))
  expect(s.groups).toEqual([`join ${to}`, `leave ${to}`])
})

it('RFC 1112 7.3 what the device answers to a join is passed up', () => {
  const s = station()
  s.joined = -EOPNOTSUPP
  expect(s.link.join?.(int('224.0.0.5'))).toBe(-EOPNOTSUPP)
})

it('a device without a filter receives all groups', () => {
  const s = station({ isDeaf: true })
  expect(s.link.join?.(int('224.0.0.5'))).toBe(0)
  s.link.leave?.(int('224.0.0.5'))
  expect(s.groups).toEqual([])
})

it('RFC 894 what is for all stations is sent to all of them, and nobody is asked', () => {
  const s = station()
  expect(s.send('255.255.255.255', [8])).toBe(0)
  expect(s.take()).toEqual(['ff:ff:ff:ff:ff:ff ip 8'])
  expect(s.used()).toBe(0)
})

it('joins and leaves do not disturb what is sent', () => {
  const s = station()
  s.send('10.0.0.7', [1])
  s.link.join?.(int('239.1.2.3'))
  s.run(1000)
  s.link.leave?.(int('239.1.2.3'))
  s.run(1000)
  expect(s.take()).toEqual(new Array(3).fill('ff:ff:ff:ff:ff:ff who has 10.0.0.7, tell 10.0.0.1'))
})
