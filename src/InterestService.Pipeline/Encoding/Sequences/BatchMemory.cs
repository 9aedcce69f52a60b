using InterestService.Pipeline.Numerics.Devices;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>How many positions of a batch the memory of a GPU holds: larger batches are divided into several steps.</summary>
internal static class BatchMemory
{
    /// <summary>Float32 values of each dimension that a layer and its gradients keep for a position, of the largest, the transformer's.</summary>
    private const long LayerValues = 24;

    /// <summary>Those of the embeddings, the norms and the states outside of the layers.</summary>
    private const long OtherValues = 12;

    private const int DefaultLayers = 2;

    /// <summary>Returns the maximum number of positions, windows times their width; that of an <see cref="int"/> on a CPU.</summary>
    public static int Positions(string device, SequenceOptions options) =>
        device == "cuda" ? Positions(CudaDriver.FreeMemory(), options) : int.MaxValue;

    /// <summary>
    /// Returns the number of positions that take half of some free memory, at least those of a window; the other half is for weights, for the scores
    /// of candidates, which are few at a time, and for what libtorch keeps.
    /// </summary>
    public static int Positions(long free, SequenceOptions options)
    {
        long values = options.Dimensions * ((LayerValues * (options.Layers ?? DefaultLayers)) + OtherValues);
        return (int)Math.Clamp(free / 2 / (values * sizeof(float)), options.SequenceLength, int.MaxValue);
    }
}
