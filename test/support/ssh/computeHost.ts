import { sample } from '../../connectors/openstack/hosts/samples.js';

/** A script that prints a text. */
export const printing = (text: string): string =>
  `/bin/cat <<'END OF TEXT'\n${text.replace(/\n$/, '')}\nEND OF TEXT`;

/** A script of a program that is not there. */
export const missing = (name: string): string => `echo "sh: 1: exec: ${name}: not found" >&2; exit 127`;

/** A script that fails with words. */
export const failing = (words: string, code = 1): string => `(\n${printing(words)}\n) >&2; exit ${code}`;

const ethtool = (byName: Readonly<Record<string, string>>): string =>
  [
    'case "$2" in',
    ...Object.entries(byName).map(([name, file]) => `${name})\n${printing(sample(file))}\n;;`),
    `*) echo "Cannot get driver information: Operation not supported" >&2; exit 71;;`,
    'esac',
  ].join('\n');

/** What the tools of a compute host print: two sockets, two domains, bond members, a DPDK port. */
export const COMPUTE_TOOLS: Readonly<Record<string, string>> = {
  grep: `case "$*" in
*/proc/cpuinfo)
${printing(sample('cpuinfo-2-sockets.txt'))}
;;
*) exec /usr/bin/grep "$@";;
esac`,
  virsh: `[ "$1 $2 $3" = "-r -c qemu:///system" ] || exit 9
case "$4 $5" in
"list --name")
${printing('instance-0000000a\ninstance-0000001f\n$(touch pwned)\n')}
;;
"vcpupin instance-0000000a")
${printing(sample('virsh-vcpupin-9.0.txt'))}
;;
"vcpupin instance-0000001f")
${printing(sample('virsh-vcpupin-9.0-floating.txt'))}
;;
"dumpxml instance-0000001f")
${printing(sample('virsh-dumpxml-nova-1.1.xml'))}
;;
*) echo "error: failed to get domain '$5'" >&2; exit 1;;
esac`,
  ip: `case "$*" in
"-s link")
${printing(sample('ip-s-link-4.11.txt'))}
;;
*) echo 'Option "-j" is unknown, try "ip -help".' >&2; exit 255;;
esac`,
  ethtool: ethtool({
    control0: 'ethtool-i-3.15-i40e.txt',
    ens2f0: 'ethtool-i-5.4-mlx5.txt',
    bond0: 'ethtool-i-bond.txt',
  }),
  lspci: printing(sample('lspci-D-3.9.txt')),
  'ovs-vsctl': printing(sample('ovs-vsctl-interfaces-2.8-dpdk.json')),
};
