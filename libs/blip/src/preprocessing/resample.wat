;; The inner loops of resampling in SIMD: four colours (rows) or four pixels (columns) at a time. All arithmetic is of 32-bit
;; integers, so that the result is the same to the bit as without SIMD.
;;
;; A pixel has 4 bytes. A kernel lies in memory as entries of $stride bytes, one for each output: the first source pixel, the
;; count of weights, and the weights, 32 bits each, times 2^22. Sums begin at a half of that, and are rounded by shifting.
;;
;; Assembled by `npm run assemble:resampling` into resample-bytes.ts.
(module
  (memory (export "memory") 1)

  ;; Takes $rowCount rows of $rowBytes to rows of $outputs pixels, $outputRowBytes apart.
  (func (export "rows")
    (param $source i32) (param $rowBytes i32) (param $rowCount i32) (param $kernel i32) (param $stride i32)
    (param $outputs i32) (param $output i32) (param $outputRowBytes i32)
    (local $entry i32) (local $target i32) (local $outputsLeft i32)
    (local $pixel i32) (local $weight i32) (local $weightsEnd i32) (local $sum v128)
    (loop $eachRow
      (local.set $entry (local.get $kernel))
      (local.set $target (local.get $output))
      (local.set $outputsLeft (local.get $outputs))
      (loop $eachPixel
        (local.set $pixel
          (i32.add (local.get $source) (i32.mul (i32.load (local.get $entry)) (i32.const 4))))
        (local.set $weight (i32.add (local.get $entry) (i32.const 8)))
        (local.set $weightsEnd
          (i32.add (local.get $weight) (i32.mul (i32.load offset=4 (local.get $entry)) (i32.const 4))))
        (local.set $sum (v128.const i32x4 0x200000 0x200000 0x200000 0x200000))
        (loop $eachWeight
          (local.set $sum
            (i32x4.add
              (local.get $sum)
              (i32x4.mul
                (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $pixel))))
                (v128.load32_splat (local.get $weight)))))
          (local.set $pixel (i32.add (local.get $pixel) (i32.const 4)))
          (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
          (br_if $eachWeight (i32.lt_u (local.get $weight) (local.get $weightsEnd))))
        (local.set $sum (i32x4.shr_s (local.get $sum) (i32.const 22)))
        (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
        (v128.store32_lane 0 (local.get $target) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
        (local.set $target (i32.add (local.get $target) (i32.const 4)))
        (local.set $entry (i32.add (local.get $entry) (local.get $stride)))
        (local.set $outputsLeft (i32.sub (local.get $outputsLeft) (i32.const 1)))
        (br_if $eachPixel (local.get $outputsLeft)))
      (local.set $source (i32.add (local.get $source) (local.get $rowBytes)))
      (local.set $output (i32.add (local.get $output) (local.get $outputRowBytes)))
      (local.set $rowCount (i32.sub (local.get $rowCount) (i32.const 1)))
      (br_if $eachRow (local.get $rowCount))))

  ;; Takes rows of $rowBytes, a multiple of 16, to $outputs rows of as many bytes.
  (func (export "columns")
    (param $source i32) (param $rowBytes i32) (param $kernel i32) (param $stride i32) (param $outputs i32)
    (param $output i32)
    (local $first i32) (local $offset i32) (local $address i32) (local $weight i32) (local $weightsEnd i32)
    (local $bytes v128) (local $low v128) (local $high v128) (local $factor v128)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (loop $eachRow
      (local.set $first
        (i32.add (local.get $source) (i32.mul (i32.load (local.get $kernel)) (local.get $rowBytes))))
      (local.set $weightsEnd
        (i32.add
          (i32.add (local.get $kernel) (i32.const 8))
          (i32.mul (i32.load offset=4 (local.get $kernel)) (i32.const 4))))
      (local.set $offset (i32.const 0))
      (loop $eachFourPixels
        (local.set $address (i32.add (local.get $first) (local.get $offset)))
        (local.set $weight (i32.add (local.get $kernel) (i32.const 8)))
        (local.set $sum0 (v128.const i32x4 0x200000 0x200000 0x200000 0x200000))
        (local.set $sum1 (local.get $sum0))
        (local.set $sum2 (local.get $sum0))
        (local.set $sum3 (local.get $sum0))
        (loop $eachWeight
          (local.set $bytes (v128.load (local.get $address)))
          (local.set $factor (v128.load32_splat (local.get $weight)))
          (local.set $low (i16x8.extend_low_i8x16_u (local.get $bytes)))
          (local.set $high (i16x8.extend_high_i8x16_u (local.get $bytes)))
          (local.set $sum0
            (i32x4.add (local.get $sum0) (i32x4.mul (i32x4.extend_low_i16x8_u (local.get $low)) (local.get $factor))))
          (local.set $sum1
            (i32x4.add (local.get $sum1) (i32x4.mul (i32x4.extend_high_i16x8_u (local.get $low)) (local.get $factor))))
          (local.set $sum2
            (i32x4.add (local.get $sum2) (i32x4.mul (i32x4.extend_low_i16x8_u (local.get $high)) (local.get $factor))))
          (local.set $sum3
            (i32x4.add (local.get $sum3) (i32x4.mul (i32x4.extend_high_i16x8_u (local.get $high)) (local.get $factor))))
          (local.set $address (i32.add (local.get $address) (local.get $rowBytes)))
          (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
          (br_if $eachWeight (i32.lt_u (local.get $weight) (local.get $weightsEnd))))
        (v128.store
          (i32.add (local.get $output) (local.get $offset))
          (i8x16.narrow_i16x8_u
            (i16x8.narrow_i32x4_s
              (i32x4.shr_s (local.get $sum0) (i32.const 22))
              (i32x4.shr_s (local.get $sum1) (i32.const 22)))
            (i16x8.narrow_i32x4_s
              (i32x4.shr_s (local.get $sum2) (i32.const 22))
              (i32x4.shr_s (local.get $sum3) (i32.const 22)))))
        (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
        (br_if $eachFourPixels (i32.lt_u (local.get $offset) (local.get $rowBytes))))
      (local.set $output (i32.add (local.get $output) (local.get $rowBytes)))
      (local.set $kernel (i32.add (local.get $kernel) (local.get $stride)))
      (local.set $outputs (i32.sub (local.get $outputs) (i32.const 1)))
      (br_if $eachRow (local.get $outputs)))))
