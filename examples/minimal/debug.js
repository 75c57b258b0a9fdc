// The same firmware, with everything that a release leaves out: options checked, drops explained.
import { explain } from '@tiny/core/explain'
import { strict } from '@tiny/core/strict'
import { network } from './config.js'
import { firmware } from './firmware.js'

export function debug(env, dev) {
  strict('ipv4', network)
  const observer = { drop: id => console.log(`firmware: dropped, ${explain(id)}`) }
  return firmware(env, dev, strict('core', { observer }))
}
