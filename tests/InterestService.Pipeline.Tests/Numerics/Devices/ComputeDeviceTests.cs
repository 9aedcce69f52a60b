using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics.Devices;
using TorchSharp;

namespace InterestService.Pipeline.Tests.Numerics.Devices;

public sealed class ComputeDeviceTests
{
    [Theory]
    [InlineData("cpu", 1e15)]
    [InlineData("cuda", 1e8)]
    public void The_kernels_of_the_CPU_compute_on_a_CPU_and_what_is_small(string device, double products) => Assert.Null(ComputeDevice.For(device, products));

    [Fact]
    public void The_workspace_is_at_most_a_quarter_of_the_memory()
    {
        var large = new ComputeDevice(torch.CPU, 1L << 40);
        var small = new ComputeDevice(torch.CPU, 4_000);
        Assert.Equal((1_000_000, 5), (large.TileRows(200_000_000, 200), small.TileRows(200_000_000, 200)));
        Assert.Equal((1_000, 15), (large.PairedTileRows(4_000_000), small.PairedTileRows(4_000_000)));
        Assert.Equal(1, small.TileRows(200_000_000, 1_000_000));
    }

    [Fact]
    public void Without_a_GPU_the_device_is_the_CPU_and_cuda_is_an_error()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "This machine has a GPU.");
        Assert.Equal(("cpu", "cpu"), (Pipeline.Encoding.Networks.Devices.Resolve("auto"), Pipeline.Encoding.Networks.Devices.Resolve("cpu")));
        var exception = Assert.Throws<PipelineException>(() => Pipeline.Encoding.Networks.Devices.Resolve("cuda"));
        Assert.Equal(FailureCode.DeviceUnavailable, exception.Code);
        Assert.Contains("CUDA", exception.Message, StringComparison.Ordinal);
    }
}
