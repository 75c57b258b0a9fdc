import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { plural } from '../paint.ts'
import type { Scene } from '../scene.ts'

/** All of it, for tshark and Wireshark. */
export const captured: Scene = {
  name: 'capture',
  title: 'Capture',
  about: 'every frame at the left card, on the virtual clock, each with its line from above as a comment',
  play(stage, page) {
    const { file, path } = stage
    const octets = Buffer.concat(stage.capture)
    const sha256 = createHash('sha256').update(octets).digest('hex')
    let error: string | null = null
    try {
      writeFileSync(path, octets)
    } catch (e) {
      error = (e as Error).message
    }
    page.line(
      error === null
        ? `${page.paint.bold(path)}: ${plural(file.packets, 'packet')}, ${plural(octets.length, 'octet')} of pcapng; to be read with tshark -r ${path}`
        : page.paint.bad(`not written: ${error}`),
    )
    page.line(page.paint.dim(`sha256 ${sha256}, the same for the same seed`))
    return {
      passed: error === null && file.lost === 0,
      path,
      packets: file.packets,
      octets: octets.length,
      sha256,
      error,
    }
  },
}
