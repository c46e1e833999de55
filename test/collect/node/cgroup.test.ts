import { describe, expect, test } from 'vitest';
import { containerOfCgroup } from '../../../src/collect/node/cgroup.ts';

const a = 'a1'.repeat(32);
const b = 'b2'.repeat(32);
const uid = '0f5a1b2c-3d4e-5f60-7182-93a4b5c6d7e8';
const uidInSlice = uid.replaceAll('-', '_');
const staticUid = 'c0ffee00'.repeat(4);

describe('one line, whatever the version of the control groups', () => {
  test.each<[path: string, runtime: string | null, podUid: string | null]>([
    [`/docker/${a}`, 'docker', null],
    [`/system.slice/docker-${a}.scope`, 'docker', null],
    [`/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${a}.scope`, 'docker', null],
    [`/k8s.io/${a}`, 'containerd', null],
    [`/default/${a}`, 'containerd', null],
    [`/system.slice/nerdctl-${a}.scope`, 'containerd', null],
    [`/machine.slice/libpod-${a}.scope`, 'podman', null],
    [`/machine.slice/libpod-${a}.scope/container`, 'podman', null],
    [`/user.slice/user-1000.slice/user@1000.service/app.slice/web.service/libpod-payload-${a}`, 'podman', null],
    [`/libpod_parent/libpod-${a}`, 'podman', null],
    [`/kubepods/pod${uid}/${a}`, null, uid],
    [`/kubepods/besteffort/pod${uid}/${a}`, null, uid],
    [`/kubepods/burstable/pod${staticUid}/${a}`, null, staticUid],
    [`/kubepods.slice/kubepods-pod${uidInSlice}.slice/cri-containerd-${a}.scope`, 'containerd', uid],
    [`/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uidInSlice}.slice/cri-containerd-${a}.scope`, 'containerd', uid],
    [`/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${uidInSlice}.slice/docker-${a}.scope`, 'docker', uid],
    [`/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${uidInSlice}.slice/crio-${a}.scope`, 'cri-o', uid],
    [`/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${uidInSlice}.slice/crio-${a}.scope/container`, 'cri-o', uid],
    [`/kubepods/besteffort/pod${uid}/crio-${a}`, 'cri-o', uid],
    [`/system.slice/containerd.service/kubepods-burstable-pod${uidInSlice}.slice:cri-containerd:${a}`, 'containerd', uid],
    [`/kubepods/burstable/pod${uid}/kata_${a}`, null, uid],
    [`/ecs/0123456789abcdef0123456789abcdef/${a}`, null, null],
    [`/docker/${a}/init.scope`, 'docker', null],
    [`/docker/${a}/system.slice/ssh.service`, 'docker', null],
    // Seen from within a control group namespace, as an agent's container has one.
    [`/../../kubepods-besteffort-pod${uidInSlice}.slice/cri-containerd-${a}.scope`, 'containerd', uid],
    [`/../${a}`, null, null],
  ])('%s', (path, runtime, podUid) => {
    const container = { id: a, runtime, podUid, depth: 1 };
    expect(containerOfCgroup(`0::${path}\n`)).toEqual(container);
    expect(containerOfCgroup(`4:memory:${path}\n1:name=systemd:${path}\n`)).toEqual(container);
    expect(containerOfCgroup(`11:cpu,cpuacct:/\n4:memory:${path}\n0::/\n`)).toEqual(container);
  });

  test.each([
    '',
    '/',
    '/init.scope',
    '/system.slice/ssh.service',
    '/user.slice/user-1000.slice/session-1.scope',
    `/machine.slice/libpod-conmon-${a}.scope`,
    `/kubepods.slice/kubepods-pod${uidInSlice}.slice/crio-conmon-${a}.scope`,
    `/kubepods/besteffort/pod${uid}/crio-conmon-${a}`,
    `/kubepods/besteffort/pod${uid}`,
    '/lxc.payload.web',
    '/machine.slice/machine-web.scope',
    '/docker/buildkit/0123456789abcdefghijklmno',
    `/docker/${a.slice(1)}`,
    `/docker/${a}0`,
    `/docker/${a.toUpperCase()}`,
    `/system.slice/unit-${a}.service`,
  ])('%j is no container', (path) => {
    expect(containerOfCgroup(`0::${path}\n`)).toBeNull();
  });
});

describe('from within a namespace of control groups', () => {
  const pod = `/kubepods.slice/kubepods-pod${uidInSlice}.slice`;
  test.each<[what: string, line: string, id: string | null, podUid: string | null]>([
    ['our own process', '0::/', a, uid],
    ['one of a group that our container made', '0::/app', a, uid],
    ['the container beside', `0::/../cri-containerd-${b}.scope`, b, uid],
    ['that of another pod', `0::/../../kubepods-pod${staticUid}.slice/cri-containerd-${b}.scope`, b, staticUid],
    ['one outside of all pods', `0::/../../../system.slice/docker-${b}.scope`, b, null],
    ['the machine', '0::/../../../init.scope', null, null],
    ['a hierarchy of version 1, which has namespaces of its own', '4:memory:/', null, null],
  ])('%s', (_, line, id, podUid) => {
    const container = containerOfCgroup(`${line}\n`, `${pod}/cri-containerd-${a}.scope`);
    expect(container && { id: container.id, podUid: container.podUid }).toEqual(id && { id, podUid });
  });
});

describe('a container in a container is one of its own', () => {
  test.each<[what: string, path: string, runtime: string | null, podUid: string | null]>([
    ['Docker in Docker', `/docker/${a}/docker/${b}`, 'docker', null],
    ['a pod of kind', `/docker/${a}/kubelet/kubepods/besteffort/pod${uid}/${b}`, null, uid],
    [
      'a pod of kind with systemd',
      `/system.slice/docker-${a}.scope/kubelet.slice/kubelet-kubepods-pod${uidInSlice}.slice/cri-containerd-${b}.scope`,
      'containerd',
      uid,
    ],
    ['Docker in a pod: whose the pod is, it is', `/kubepods/besteffort/pod${uid}/${a}/docker/${b}`, 'docker', uid],
  ])('%s', (_, path, runtime, podUid) => {
    expect(containerOfCgroup(`0::${path}`)).toEqual({ id: b, runtime, podUid, depth: 2 });
  });

  test('conmon in a container belongs to that container', () => {
    expect(containerOfCgroup(`0::/docker/${a}/machine.slice/libpod-conmon-${b}.scope`)).toMatchObject({ id: a, depth: 1 });
  });

  test('an inner engine that does not use every hierarchy', () => {
    const lines = [`9:name=systemd:/docker/${a}`, `4:memory:/docker/${a}/docker/${b}`, `0::/docker/${a}`];
    expect(containerOfCgroup(lines.join('\n'))).toMatchObject({ id: b, depth: 2 });
  });
});

test.each(['', '\n', 'nonsense', `docker/${a}`, `0:/docker/${a}`, `::/docker/${a}`])('%j is no control group', (text) => {
  expect(containerOfCgroup(text)).toBeNull();
});

test('a colon in a path is part of it', () => {
  expect(containerOfCgroup(`0::/a:b/docker/${a}`)?.id).toBe(a);
});

// A container may make groups for its own processes, and call them as it likes.
test.each([
  `/docker/${a}/constructor-${b}.scope`,
  `/docker/${a}/toString-${b}`,
  `/docker/${a}/__proto__/${b}`,
  `/docker/${a}/valueOf/${b}`,
])('%s is of no runtime that is known', (path) => {
  expect(containerOfCgroup(`0::${path}`)).toEqual({ id: b, runtime: null, podUid: null, depth: 2 });
});
