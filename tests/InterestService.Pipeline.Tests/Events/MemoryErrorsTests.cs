using System.Runtime.InteropServices;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Tests.Events;

public sealed class MemoryErrorsTests
{
    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB of which 1.02 GiB is free.", true)]
    [InlineData("CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported at some other API call", true)]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", true)]
    [InlineData("cuDNN error: CUDNN_STATUS_ALLOC_FAILED", true)]
    [InlineData("[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes.", true)]
    [InlineData("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm`", false)]
    [InlineData("CUDA error: an illegal memory access was encountered", false)]
    public void A_lack_of_memory_is_told_from_other_errors_of_libtorch(string message, bool expected) =>
        Assert.Equal(expected, new LibtorchException(message).IsOutOfMemory());

    [Fact]
    public void A_GPU_without_memory_for_a_context_lacks_memory() => Assert.True(new InsufficientMemoryException().IsOutOfMemory());

    private sealed class LibtorchException(string message) : ExternalException(message);
}
