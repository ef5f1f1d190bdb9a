# The SMTP server that comes with EventMachine, for the live tests: mail only from user phone with
# password secret, each message stored as a file. It forgets the login on RSET, on EHLO and at the
# end of data: that is what it is here for.
# Usage: ruby server.rb PORT FOLDER
require 'eventmachine'
PORT, FOLDER = ARGV

class Submission < EM::P::SmtpServer
  self.parms = { auth: :required }
  @@stored = 0

  def receive_plain_auth(user, password)
    user == 'phone' && password == 'secret'
  end

  def get_server_domain
    'mx.example.net'
  end

  def receive_sender(_sender)
    @recipients = []
    @lines = []
    true
  end

  def receive_recipient(recipient)
    return false if recipient.include?('nobody@')
    @recipients << recipient.delete('<> ')
    true
  end

  def receive_data_chunk(lines)
    @lines.concat(lines)
  end

  def receive_message
    name = File.join(FOLDER, "#{Process.pid}.#{@@stored += 1}")
    lines = ["X-Recipients: #{@recipients.join(' ')}"] + @lines
    File.binwrite(name + '.part', lines.join("\r\n") + "\r\n")
    File.rename(name + '.part', name + '.eml')
    true
  end
end

EM.run { EM.start_server('127.0.0.1', Integer(PORT), Submission) }
