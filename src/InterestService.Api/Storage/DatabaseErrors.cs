using Npgsql;

namespace InterestService.Api.Storage;

internal static class DatabaseErrors
{
    /// <summary>
    /// Returns true when PostgreSQL cannot do now what it may do later: it is unreachable, starting or shutting down, out of connections, did
    /// not answer in time, or resolved a deadlock; false when it refused a statement for what the statement says. EF Core wraps such errors.
    /// </summary>
    public static bool IsDatabaseAway(this Exception exception) => exception switch
    {
        // By the server's own timeout or its administrator; Npgsql reports its caller's cancellation as the next one.
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => true,
        OperationCanceledException or NpgsqlOperationInProgressException => false,
        PostgresException error => error.IsTransient,
        NpgsqlException => true,
        _ => exception.InnerException?.IsDatabaseAway() is true,
    };
}
