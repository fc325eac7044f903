import { IsOptional } from 'class-validator';
import { OneOf, Text, Url } from '@ekphrasis/configuration';
import { precisions, type Precision } from '@ekphrasis/blip';

/** Which model captions, and where it comes from. */
export class ModelSettings {
  /** The bundle that captions: what `npm run model -- compile` writes. Not looked at where MODEL is set. */
  @Text() MODEL_DIR = 'models/small/bundle';

  /** `owner/name` on the Hugging Face hub, a checkpoint's directory, or a bundle's; fetched and compiled where it is not kept yet. */
  @IsOptional() @Text() MODEL?: string;

  /** Of a repository on the hub: branch, tag, commit or `refs/pr/<n>`; its main branch by default. */
  @IsOptional() @Text() MODEL_REVISION?: string;

  /** int8 by default. */
  @IsOptional() @OneOf(precisions) MODEL_PRECISION?: Precision;

  /** Where the bundles of MODEL are kept. Workers may share it: one makes a bundle, the others wait for it. */
  @Text() MODELS_DIR = 'models';

  /** Another hub than huggingface.co. */
  @IsOptional() @Url(['http', 'https']) HF_ENDPOINT?: string;

  /** For repositories that are private or gated; sent to the hub alone. */
  @IsOptional() @Text() HF_TOKEN?: string;
}
