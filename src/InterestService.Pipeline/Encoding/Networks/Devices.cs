using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics.Devices;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>Resolves names of devices on this machine.</summary>
public static class Devices
{
    /// <summary>Tensors of this process that have not been disposed, and hold memory of libtorch.</summary>
    public static long LiveTensors => Tensor.TotalCount;

    /// <summary>Returns the device that an encoder runs on.</summary>
    /// <param name="name"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="encoder">The encoder.</param>
    /// <returns><c>cpu</c> or <c>cuda</c>.</returns>
    /// <exception cref="PipelineException">CUDA was asked for and there is none.</exception>
    public static string Resolve(string name, EncoderDescriptor encoder) => name == "auto" && !encoder.IsNetwork ? "cpu" : Resolve(name);

    /// <summary>Returns the device that computations on the users' vectors run on, where they are large enough for it.</summary>
    /// <param name="name"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
    /// <returns><c>cpu</c> or <c>cuda</c>.</returns>
    /// <exception cref="PipelineException">CUDA was asked for and there is none.</exception>
    public static string Resolve(string name) => name switch
    {
        "cpu" => "cpu",
        // Without a driver there is no call to libtorch, which would load it.
        "auto" or "cuda" when CudaDriver.HasDevice && cuda.is_available() => "cuda",
        "auto" => "cpu",
        "cuda" => throw new PipelineException(FailureCode.DeviceUnavailable, "A CUDA device was asked for, and this worker has none."),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Expected auto, cpu or cuda."),
    };
}
