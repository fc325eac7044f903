/** How a picture is brought into a box: whole within it, cut to it, whole with bars around it, or stretched to it. */
export type ResizeFit = 'inside' | 'cover' | 'contain' | 'fill';

export interface ResizeStep {
  operation: 'resize';
  /** In pixels. Where both are absent the box is 800 × 600; one alone gives the other by the picture's proportions. */
  width?: number;
  height?: number;
  /** Default `inside`. */
  fit?: ResizeFit;
  /** Whether the picture may become larger than it is, in either direction. Default false. */
  enlarge?: boolean;
}

export type WatermarkPosition =
  'top-left' | 'top' | 'top-right' | 'left' | 'center' | 'right' | 'bottom-left' | 'bottom' | 'bottom-right';

export interface WatermarkStep {
  operation: 'watermark';
  /** One line. Default: the product's name. */
  text?: string;
  /** Default `bottom-right`. */
  position?: WatermarkPosition;
  /** 0 to 1. Default 0.6. */
  opacity?: number;
}

export type FilterName = 'sharpen' | 'blur' | 'grayscale' | 'sepia';

export interface FilterStep {
  operation: 'filter';
  /** Default `sharpen`. */
  name?: FilterName;
}

/** One thing to be done with a picture. */
export type ProcessingStep = ResizeStep | WatermarkStep | FilterStep;
