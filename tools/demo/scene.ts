// What a scene is: one file in scenes/, one thing to see, all of it from the stage.

import { count, ms, type Paint } from './paint.ts'
import type { Frame, Stage } from './stage.ts'

/** Where a scene writes its lines; with --json nobody reads them. */
export interface Page {
  paint: Paint
  line(text: string): void
}

/** What a scene found, for --json. `passed`: it showed what it promises. */
export interface Found {
  passed: boolean
  [key: string]: unknown
}

export interface Scene {
  /** Its key with --json. */
  name: string
  title: string
  /** What is to be seen, in a sentence. */
  about: string
  play(stage: Stage, page: Page): Found | Promise<Found>
}

/** A line for each frame that the left card saw from number `from` on. */
export function timeline(stage: Stage, page: Page, from: number): Frame[] {
  const seen = stage.frames.slice(from)
  for (const { at, isSent, octets, text } of seen) {
    const way = isSent ? page.paint.cool('left → right') : page.paint.good('left ← right')
    page.line(`${page.paint.dim(ms(at))}  ${way}  ${count(octets, 5)} octets  ${text}`)
  }
  return seen
}
