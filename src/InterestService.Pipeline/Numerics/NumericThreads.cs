namespace InterestService.Pipeline.Numerics;

/// <summary>
/// How many threads compute at a time, one number for the whole process, as libtorch has one. It stands apart from libtorch's, which cannot
/// be read without loading 130 MB of it, and encoders without a network do not need that.
/// </summary>
internal static class NumericThreads
{
    /// <summary>Default: the processors.</summary>
    public static int Max { get; set; } = Environment.ProcessorCount;
}
