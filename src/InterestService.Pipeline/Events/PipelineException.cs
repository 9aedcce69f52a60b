namespace InterestService.Pipeline.Events;

/// <summary>The exception that is thrown when a clustering cannot succeed, for a reason that the caller can understand and correct.</summary>
/// <param name="code">The reason, for programs.</param>
/// <param name="message">The reason, for people: what was found, what was expected.</param>
public sealed class PipelineException(FailureCode code, string message) : Exception(message)
{
    public FailureCode Code { get; } = code;
}

/// <summary>Why a clustering failed.</summary>
public enum FailureCode
{
    /// <summary>The window holds no events.</summary>
    NoEvents,

    /// <summary>Cleaning left no user with an item; the steps' counts say what went where.</summary>
    NothingLeft,

    /// <summary>The text encoder or text features were asked for, and no item has a title or category.</summary>
    NoTexts,

    /// <summary>More clusters were asked for than there are users with different histories, or different user vectors.</summary>
    FewerUsersThanClusters,

    /// <summary>A CUDA device was asked for and there is none.</summary>
    DeviceUnavailable,

    /// <summary>The language model of texts cannot be used: a file is missing or wrong, or its address does not answer.</summary>
    TextModelUnusable,

    /// <summary>Training left the range of numbers: the learning rate is too high for these events.</summary>
    TrainingDiverged,

    /// <summary>The worker, or its GPU, has less memory than the clustering needs.</summary>
    OutOfMemory,

    /// <summary>The disk of the database has no room for the result.</summary>
    DiskFull,

    /// <summary>The worker or the database was lost each time it ran; it may need more memory than the worker has.</summary>
    Interrupted,

    /// <summary>An unexpected error occurred. The log contains it under the clustering's id.</summary>
    Unexpected,
}
