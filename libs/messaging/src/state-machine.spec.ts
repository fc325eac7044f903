import { StateMachine } from './state-machine.js';

const light = () =>
  new StateMachine<'red' | 'green' | 'off'>('red', { red: ['green', 'off'], green: ['red'], off: [] });

it('is in one state, from which it goes where it may', () => {
  const machine = light();
  machine.to('green');
  expect(machine.current).toBe('green');
  expect([machine.is('green'), machine.is('red', 'green'), machine.is('red')]).toEqual([true, true, false]);
});

it('refuses any other change, and stays as it is', () => {
  const machine = light();
  machine.to('off');
  machine.to('off');
  expect(() => machine.to('red')).toThrow('from off to red');
  expect(machine.current).toBe('off');
});
