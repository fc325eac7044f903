import { wantsJson } from './wants-json.js';

it.each([
  'application/json',
  'application/json, text/plain, */*',
  'text/plain;q=0.5, Application/JSON;q=0.9',
  'application/json;q=0.1',
])('gives JSON to %s', (accept) => {
  expect(wantsJson(accept)).toBe(true);
});

it.each([
  undefined,
  '',
  '*/*',
  'application/*',
  'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,text/plain;version=0.0.4;q=0.4,*/*;q=0.2',
  'application/json;q=0',
  'application/json;q=0.2,text/plain',
])('gives text to %s', (accept) => {
  expect(wantsJson(accept)).toBe(false);
});
