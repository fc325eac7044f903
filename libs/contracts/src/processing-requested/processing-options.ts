import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, IsPositive, IsString, ValidateNested } from 'class-validator';

/** What may be done with a picture, by the names that clients use. */
export const processingOperations = ['resize', 'watermark', 'filter'] as const;
export type ProcessingOperation = (typeof processingOperations)[number];

/** How a picture is brought into a box: whole within it, cut to it, whole with bars around it, or stretched to it. */
export const resizeFits = ['inside', 'cover', 'contain', 'fill'] as const;
export type ResizeFit = (typeof resizeFits)[number];

/** Where a watermark stands. */
export const watermarkPositions = [
  ...(['top-left', 'top', 'top-right'] as const),
  ...(['left', 'center', 'right'] as const),
  ...(['bottom-left', 'bottom', 'bottom-right'] as const),
];
export type WatermarkPosition = (typeof watermarkPositions)[number];

export const filterNames = ['sharpen', 'blur', 'grayscale', 'sepia'] as const;
export type FilterName = (typeof filterNames)[number];

export class ResizeOptions {
  /** In pixels, as `height`. Of two that are absent the box is the default one; one alone gives the other by the picture's proportions. */
  @IsOptional() @IsInt() @IsPositive() width?: number;
  @IsOptional() @IsInt() @IsPositive() height?: number;
  @IsOptional() @IsIn(resizeFits) fit?: ResizeFit;
  /** Whether a picture may become larger than it is. */
  @IsOptional() @IsBoolean() enlarge?: boolean;
}

export class WatermarkOptions {
  @IsOptional() @IsString() text?: string;
  @IsOptional() @IsIn(watermarkPositions) position?: WatermarkPosition;
  /** 0 to 1. */
  @IsOptional() @IsNumber() opacity?: number;
}

export class FilterOptions {
  @IsOptional() @IsIn(filterNames) name?: FilterName;
}

/** What a client says of operations; an operation without options is done in the product's own way. */
export class ProcessingOptions {
  @IsOptional() @ValidateNested() @Type(() => ResizeOptions) resize?: ResizeOptions;
  @IsOptional() @ValidateNested() @Type(() => WatermarkOptions) watermark?: WatermarkOptions;
  @IsOptional() @ValidateNested() @Type(() => FilterOptions) filter?: FilterOptions;
}
