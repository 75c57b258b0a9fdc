// The words that assembler and disassembler share.
import { AD_OFF } from './const.js'

/** Operations of class ALU, by code >> 4. */
export const ALU_NAMES: string[] = /* @__PURE__ */ 'add sub mul div or and lsh rsh neg mod xor'.split(' ')
/** Operations of class JMP, by code >> 4. */
export const JUMP_NAMES: string[] = /* @__PURE__ */ 'ja jeq jgt jge jset'.split(' ')
/** Suffix of a load, by size (code >> 3 & 3). */
export const SIZES: string[] = ['', 'h', 'b']
/** What Linux has at AD_OFF, AD_OFF + 4, ...: as `tcpdump -d` prints it. */
export const AREA: string[] =
  /* @__PURE__ */ 'proto type ifidx nla nlan mark queue hatype rxhash cpu xor_x vlan_tci vlanp poff random vlan_tpid'.split(
    ' ',
  )

/** The name of k as an offset of Linux's, or an empty string. */
export const areaName = (k: number): string => ((k - AD_OFF) & 3 ? '' : (AREA[(k - AD_OFF) / 4] ?? ''))
