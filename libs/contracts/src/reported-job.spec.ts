import { reportedJobIn } from './reported-job.js';

describe('reportedJobIn', () => {
  it('tells the image although the rest of a report is not what it should be', () => {
    expect(reportedJobIn(Buffer.from('{"imageId":17,"attempt":"first"}'))).toEqual({ imageId: 17 });
    expect(reportedJobIn(Buffer.from('{"imageId":17,"nonce":"n","attempt":0}'))).toEqual({ imageId: 17, nonce: 'n' });
  });

  it.each(['', '{', 'null', '17', '[]', '{}', '{"imageId":"17"}', '{"imageId":0}', '{"imageId":1.5}', '{"nonce":"n"}'])(
    'tells none of %j',
    (body) => expect(reportedJobIn(Buffer.from(body))).toEqual({}),
  );
});
