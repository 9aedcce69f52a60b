using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Events;

/// <summary>Tells errors that are a lack of memory from others.</summary>
public static class MemoryErrors
{
    /// <summary>
    /// What libtorch says where its allocators, or those of cuBLAS and cuDNN, find no memory of the process or of a GPU; its exceptions have no
    /// other mark.
    /// </summary>
    private static readonly string[] _messages = ["can't allocate memory", "out of memory", "STATUS_ALLOC_FAILED"];

    /// <summary>Returns true when managed or native memory, or that of a GPU, could not be allocated, on whatever thread.</summary>
    public static bool IsOutOfMemory(this Exception exception) => exception switch
    {
        OutOfMemoryException => true,
        ExternalException when Array.Exists(_messages, message => exception.Message.Contains(message, StringComparison.OrdinalIgnoreCase)) => true,
        AggregateException errors => errors.InnerExceptions.Any(IsOutOfMemory),
        _ => exception.InnerException?.IsOutOfMemory() is true,
    };
}
