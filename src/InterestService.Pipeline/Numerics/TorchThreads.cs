using static TorchSharp.torch;

namespace InterestService.Pipeline.Numerics;

/// <summary>
/// A scope in which libtorch computes on a given number of threads. libtorch keeps that number for each calling thread and has no
/// parameter for it; this is the one place that sets it, and it is put back at the end. Its first use loads libtorch.
/// </summary>
internal readonly struct TorchThreads : IDisposable
{
    private readonly int _former;

    /// <param name="threads">Maximum number of threads, 1 or more.</param>
    public TorchThreads(int threads)
    {
        _former = get_num_threads();
        set_num_threads(threads);
    }

    public void Dispose() => set_num_threads(_former);
}
